/** A threshold, as the judge understands it. */
export interface Threshold {
  /** A status group, `total`, a status, or a pattern with `*`. */
  readonly subject: string;
  readonly by?: 'account' | 'schema';
  readonly operator: '>=' | '>' | '<=' | '<';
  /** Events, or percent 0–100. */
  readonly limit: number;
  readonly unit: 'events' | 'percent';
  readonly forMinutes: number;
  readonly critical: boolean;
}

/** A threshold in the grammar of the parameter `Thresholds`. */
export function thresholdText({
  subject,
  by,
  operator,
  limit,
  unit,
  forMinutes,
  critical,
}: Threshold): string {
  const group = by ? ` by ${by}` : '';
  const share = unit === 'percent' ? '%' : '';
  const lasting = forMinutes > 0 ? ` for ${forMinutes}m` : '';
  return `${subject}${group} ${operator} ${limit}${share}${lasting}${critical ? ' critical' : ''}`;
}

interface IgnoreEntry {
  readonly name: string;
  /** `2026-03-04`, inclusive; without it the ignore entry has no end. */
  readonly lastDay?: string;
}

export interface WorldSettings {
  readonly thresholds: readonly Threshold[];
  readonly windowMinutes: number;
  readonly settleMinutes: number;
  readonly minimumEvents: number;
  readonly repeatMinutes: number;
  readonly maxCatchUpHours: number;
  readonly maxRequestsPerSecond: number;
  readonly ignoredAccounts: readonly IgnoreEntry[];
  readonly ignoredSchemas: readonly IgnoreEntry[];
  readonly runEveryMinutes: number;
  /** The day of the digest, at 08:00 UTC. @default nobody wants one */
  readonly digestDay?: 'TUE' | 'WED' | 'THU' | 'FRI';
}
