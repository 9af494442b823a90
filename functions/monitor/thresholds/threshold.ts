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

/** One rule, parsed. */
export interface Threshold {
  readonly subject: Subject;
  /** Evaluated for each account, or each schema, on its own. */
  readonly by: GroupedBy | undefined;
  readonly operator: Operator;
  /** Events in the window, or percent 0–100 of the events that `shareBase` names. */
  readonly limit: number;
  readonly unit: Unit;
  /** How long it must hold before it fires, in minutes of window ends. 0: at once. */
  readonly forMinutes: number;
  readonly severity: Severity;
}

/** A threshold as a rule: the one spelling of it, which names its alert. */
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

/** Which statuses a subject counts. */
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

/** `*` stands for any characters, or none. Time is linear in the length of the status. */
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

/** Whether a threshold is breached by too many events (`>=`, `>`), and not by too few (`<=`, `<`). */
export function isUpperLimit({ operator }: { readonly operator: Operator }): boolean {
  return operator === '>=' || operator === '>';
}
