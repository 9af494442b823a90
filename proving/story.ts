import type { Entry } from './history.ts';
import type { Violation } from './oracle.ts';
import { HOUR, MINUTE, ruleText, type Scenario } from './scenario.ts';
import { tryOut } from './trial.ts';

const time = (ms: number) => new Date(ms).toISOString().slice(5, 23).replace('T', ' ');

/** A scenario and what led to its first violation, one line each. */
export async function tellStory(scenario: Scenario, violation: Violation): Promise<string[]> {
  const from = violation.time - 2 * HOUR;
  const until = violation.time + MINUTE;
  const lines: string[] = [];
  await tryOut(scenario, (entry) => {
    if (entry.time < from || entry.time > until) return;
    const line = lineOf(entry);
    if (line) lines.push(`${time(entry.time)}  run ${entry.run}  ${line}`);
  });
  const { settings, incidents, faults, timeField, bounds } = scenario;
  const { rules, ...others } = settings;
  return [
    `rules: ${rules.map(ruleText).join(', ')}`,
    `settings: ${JSON.stringify({ ...others, timeField, bounds })}`,
    ...scenario.counting.map(({ from: begins, how }) => `counting from ${time(begins)} on: ${how}`),
    ...[...incidents, ...faults].map(
      ({ from: begins, to, ...rest }) => `${time(begins)} to ${time(to)}: ${JSON.stringify(rest)}`,
    ),
    ...lines.slice(-60),
    `${time(violation.time)}  ${violation.invariant}: ${violation.text}`,
  ];
}

function lineOf(entry: Entry): string | undefined {
  const unseen = 'seen' in entry && !entry.seen ? ', and does not know it' : '';
  switch (entry.type) {
    case 'begun':
      return `begins, its time is ${time(entry.at)}`;
    case 'bucket': {
      const { start, end, times, partial, counts } = entry.bucket;
      const statuses = [...counts.byStatus].map(([status, count]) => `${status} ${count}`);
      const piece =
        end === undefined ? `bucket ${time(start)}` : `hour ${time(start)} to ${time(end)}`;
      const what = `${partial ? 'gives up' : 'stores'} ${piece} (${times}.)`;
      return `${what}: ${statuses.join(', ') || 'no events'}${unseen}`;
    }
    case 'state': {
      const { watermark, evaluatedTo, leaseUntil, unfinished } = entry.state;
      const lease = leaseUntil === 0 ? 'no lease' : `lease until ${time(leaseUntil)}`;
      return `stores the state: watermark ${time(watermark ?? 0)}, evaluated to ${time(evaluatedTo ?? 0)}, ${lease}, ${unfinished} unfinished${unseen}`;
    }
    case 'published': {
      const { kind, threshold, firedAt, resolvedAt } = entry.notified;
      return `tells: ${kind} ${threshold ?? entry.notified.reason} ${firedAt ?? ''} ${resolvedAt ?? ''}${unseen}`;
    }
    case 'refused':
      return `${entry.what} is refused`;
    case 'stopping':
      return entry.how;
    case 'answered':
      return entry.status === 200 ? undefined : `is answered with ${entry.status}`;
    case 'ended':
      return `${entry.outcome}${entry.problem ? `: ${entry.problem}` : ''}`;
    default:
      return undefined;
  }
}
