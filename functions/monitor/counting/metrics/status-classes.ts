import { DOCUMENTED_STATUSES, groupOf, isProblem } from '../../events/status-groups.ts';
import { subjectMatcher, type Threshold } from '../../thresholds/threshold.ts';

/** The kinds of names that events can be grouped by. */
export type By = 'account' | 'schema';
export const BYS: readonly By[] = ['account', 'schema'];
/** Togai's names of them. */
export const GROUPING_OF = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;

/** Whether Togai tells names apart; left out where no answer shows it. */
export type NamesTold = ReadonlyMap<By, boolean>;

/** Statuses that no threshold by account or schema tells apart. Their names are asked for together. */
export interface StatusClass {
  /** One of the statuses: names are counted under it. */
  readonly name: string;
  readonly statuses: readonly string[];
}

/**
 * The classes of statuses to ask for by account and schema. The problems are classes, one for each
 * group, and so are the statuses of rules by account or schema. Events in progress are left out:
 * they are many for a moment, and soon something else.
 */
export function classesOf(thresholds: readonly Threshold[]): StatusClass[] {
  const rules = thresholds
    .filter(({ by }) => by !== undefined)
    .map(({ subject }) => subjectMatcher(subject));
  const classes = new Map<string, string[]>();
  for (const status of DOCUMENTED_STATUSES) {
    const group = groupOf(status);
    const matches = rules.map((isCounted) => isCounted(status));
    if (group === 'in_progress' || !(isProblem(status) || matches.includes(true))) continue;
    const key = `${group} ${matches.map(Number).join('')}`;
    classes.set(key, [...(classes.get(key) ?? []), status]);
  }
  return [...classes.values()].map((statuses) => ({ name: statuses[0] ?? '', statuses }));
}

/**
 * Whether all settled events of a name are asked for. People want to see how many of its events an
 * account lost. For a schema only a rule about a share needs it.
 */
export function needsTotals(thresholds: readonly Threshold[], by: By): boolean {
  return by === 'account' || thresholds.some((rule) => rule.by === by && rule.unit === 'percent');
}
