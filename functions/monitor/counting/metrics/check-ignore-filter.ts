import { TogaiError } from '../../errors.ts';
import type { Exception, LookRecord } from '../../events/look-record.ts';
import type { MetricQuery } from '../../events/metrics-answer.ts';
import type { Range } from '../../timeline/time.ts';
import type { MetricsAsker, Observation } from './metrics-asker.ts';

const NONE: LookRecord['ignoredNames'] = { accounts: [], schemas: [] };

/**
 * Whether Togai heeds the filters that ignored events are asked for with. A server that ignores a filter would give all events,
 * all of them would be taken out, and nothing would be left to evaluate.
 *
 * @returns the ignored accounts and schemas that have events
 * @throws TogaiError `uncountable` where an answer has other names than those that were asked for
 */
export async function checkExceptions(
  asker: MetricsAsker,
  exceptions: readonly Exception[],
  { statuses, wanted }: { readonly statuses: readonly string[]; readonly wanted: Range },
): Promise<LookRecord['ignoredNames']> {
  const queries = exceptions.flatMap(({ key, sign, accounts, schema, hasEnded }): MetricQuery[] => {
    if (sign === 1 || hasEnded) return [];
    return schema === undefined
      ? [{ id: key, groupBy: 'ACCOUNT_ID', statuses, accounts }]
      : [{ id: key, groupBy: 'SCHEMA_NAME', statuses, schema }];
  });
  if (queries.length === 0) return NONE;
  const answers = await asker.ask({ wanted, isWidened: true, queries });
  const accounts: string[] = [];
  const schemas: string[] = [];
  for (const exception of exceptions) {
    const names = namesIn(answers.get(exception.key));
    const asked = exception.schema === undefined ? exception.accounts : [exception.schema];
    const other = names.find((name) => !asked.includes(name));
    if (other !== undefined) throw ignoredFilter(exception);
    (exception.schema === undefined ? accounts : schemas).push(...names);
  }
  return { accounts, schemas };
}

function namesIn(observed: Observation | undefined): string[] {
  const names = new Set<string>();
  for (const inHour of observed?.hours.values() ?? []) {
    for (const [group, events] of inHour) if (group !== undefined && events > 0) names.add(group);
  }
  return [...names];
}

function ignoredFilter({ schema }: Exception): TogaiError {
  const [field, list] =
    schema === undefined ? ['ACCOUNT_ID', 'IgnoredAccounts'] : ['SCHEMA_NAME', 'IgnoredSchemas'];
  return new TogaiError(
    'uncountable',
    `POST /metrics was asked for ignored events alone (${field}) and answered with others too: it seems to ignore that filter, so ignored events cannot be taken out and nothing was counted; clear ${list}, or list events (Counting)`,
  );
}
