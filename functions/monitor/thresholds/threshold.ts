import { groupOf, type StatusGroup } from '../events/status-groups.ts';

export type Operator = '>=' | '>' | '<=' | '<';
export type Severity = 'warning' | 'critical';
export type Unit = 'events' | 'percent';
export type GroupedBy = 'account' | 'schema';

export type Subject =
  | { readonly kind: 'total' }
  | { readonly kind: 'group'; readonly group: StatusGroup }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** A parsed rule. */
export interface Threshold {
  readonly subject: Subject;
  /** The threshold is evaluated for each account, or each schema, on its own. */
  readonly by: GroupedBy | undefined;
  readonly operator: Operator;
  /** Events in the window, or percent 0–100 of the events of `shareBase`. */
  readonly limit: number;
  readonly unit: Unit;
  /** It must be breached at every window end for this long before its alert fires. 0: at once. */
  readonly forMinutes: number;
  readonly severity: Severity;
  /** Is given each value that is compared: so a backtest learns which other limits would decide alike. @default nobody asks */
  readonly onCompare?: ((value: number, limit: number) => void) | undefined;
}

/** Writes a threshold as a rule, always in the same way: the text names its alert in the stored state. */
export function printThreshold(threshold: Threshold): string {
  const { by, operator, limit, unit, forMinutes, severity } = threshold;
  return [
    printSubject(threshold.subject),
    by ? `by ${by}` : '',
    operator,
    `${limit}${unit === 'percent' ? '%' : ''}`,
    forMinutes > 0 ? `for ${forMinutes}m` : '',
    severity === 'critical' ? 'critical' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

export function printSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'total':
      return 'total';
    case 'group':
      return subject.group;
    case 'status':
      return subject.status;
    case 'pattern':
      return subject.pattern;
  }
}

/** Whether a subject counts a status. */
export function subjectMatcher(subject: Subject): (status: string) => boolean {
  switch (subject.kind) {
    case 'total':
      return () => true;
    case 'group':
      return (status) => groupOf(status) === subject.group;
    case 'status':
      return (status) => status === subject.status;
    case 'pattern':
      return patternMatcher(subject.pattern);
  }
}

/** `*` stands for any characters or none. It takes linear time, which a regular expression with many `*` might not. */
function patternMatcher(pattern: string): (status: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (status) => {
    if (!status.startsWith(first) || !status.endsWith(last)) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = status.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= status.length - last.length;
  };
}

/** Whether too many events breach a threshold (`>=`, `>`), not too few (`<=`, `<`). */
export function isUpperLimit({ operator }: { readonly operator: Operator }): boolean {
  return operator === '>=' || operator === '>';
}

/** Whether a value is on the wrong side of a limit. */
export function breaches(
  value: number,
  { operator, limit, onCompare }: Pick<Threshold, 'operator' | 'limit' | 'onCompare'>,
): boolean {
  onCompare?.(value, limit);
  switch (operator) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}
