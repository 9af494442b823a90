import type { Entry } from '../history.ts';
import type { Violation } from '../judge/complaint.ts';
import { proveWorld } from '../prove-world.ts';
import { worldOf } from '../world/create-plot-world.ts';
import { HOUR, MINUTE, type Scenario } from '../world/scenario.ts';
import { thresholdText } from '../world/world-settings.ts';
import { shrink } from './shrink.ts';

const MAX_LINES = 60;

const time = (ms: number | undefined) =>
  ms === undefined ? 'none' : new Date(ms).toISOString().slice(5, 23).replace('T', ' ');

/**
 * The way to the first violation in a world, and the command that shows it again.
 *
 * @param shrink whether parts of the world that the violation does not need are left out; this takes many runs
 */
export async function tellStory(
  seed: number,
  {
    days,
    plots = false,
    shrink: isShrunk,
  }: { readonly days: number; readonly plots?: boolean; readonly shrink: boolean },
): Promise<string> {
  const world = worldOf(seed, days, plots);
  const first = (await proveWorld(world)).violations[0];
  if (!first) throw new Error(`world ${seed} broke an invariant before, and does not any more`);
  const smallest = isShrunk ? await shrink(world, first.invariant) : world;
  const { violations } = await proveWorld(smallest);
  const violation = violations.find(({ invariant }) => invariant === first.invariant) ?? first;
  return [
    `\nseed ${seed}: ${first.invariant}: ${first.text}`,
    `  npm run prove -- --seed ${seed} --days ${days}${plots ? ' --plots' : ''}`,
    ...(await wayTo(violation, smallest)).map((line) => `  ${line}`),
  ].join('\n');
}

/** A world and the way to a violation, one line each. */
async function wayTo(violation: Violation, scenario: Scenario): Promise<string[]> {
  const from = violation.time - 2 * HOUR;
  const until = violation.time + MINUTE;
  const lines: string[] = [];
  await proveWorld(scenario, (entry) => {
    if (entry.time < from || entry.time > until) return;
    const line = lineOf(entry);
    if (line) lines.push(`${time(entry.time)}  run ${entry.run}  ${line}`);
  });
  const { settings, incidents, faults, generations, bounds } = scenario;
  const { thresholds, ...others } = settings;
  return [
    `thresholds: ${thresholds.map(thresholdText).join(', ')}`,
    `settings: ${JSON.stringify({ ...others, bounds })}`,
    ...generations.map(
      ({ from: begins, generation }) =>
        `Togai from ${time(begins)} on: ${JSON.stringify(generation)}`,
    ),
    ...scenario.counting.map(({ from: begins, how }) => `counting from ${time(begins)} on: ${how}`),
    ...[...incidents, ...faults].map(
      ({ from: begins, to, ...rest }) => `${time(begins)} to ${time(to)}: ${JSON.stringify(rest)}`,
    ),
    ...lines.slice(-MAX_LINES),
    `${time(violation.time)}  ${violation.invariant}: ${violation.text}`,
  ];
}

function lineOf(entry: Entry): string | undefined {
  const unseen = 'seen' in entry && !entry.seen ? ', and the answer is lost' : '';
  switch (entry.type) {
    case 'begun':
      return `begins, its time is ${time(entry.at)}`;
    case 'bucket': {
      const { start, times, partial, counts } = entry.bucket;
      const statuses = [...counts.byStatus].map(([status, count]) => `${status} ${count}`);
      const stored = `stores bucket ${time(start)} (count ${times}${partial ? ', partial' : ''})`;
      return `${stored}: ${statuses.join(', ') || 'no events'}${unseen}`;
    }
    case 'look': {
      const { since, end, changes, stale } = entry.look;
      const changed = changes.map(
        ({ label, scope, name, status, from, to }) =>
          `${time(label).slice(6, 11)} ${scope} ${name} ${status} ${from ?? '?'}>${to}`,
      );
      const hours = stale.length > 0 ? `, stale: ${stale.map(time).join(' ')}` : '';
      return `stores the look ${time(since)} to ${time(end)}: ${changed.join(', ')}${hours}${unseen}`;
    }
    case 'state': {
      const { watermark, evaluatedTo, leaseUntil, unfinished } = entry.state;
      const lease = leaseUntil === 0 ? 'no lease' : `lease until ${time(leaseUntil)}`;
      return `stores the state: watermark ${time(watermark)}, evaluated to ${time(evaluatedTo)}, ${lease}, ${unfinished} unfinished${unseen}`;
    }
    case 'published': {
      const { kind, subject, failure, topic, incidentId, sequence, accounts } = entry.message;
      const about = topic ?? failure ?? `${subject} ${accounts.map(({ name }) => name)}`;
      return `publishes to ${entry.channel}: ${kind} ${about} (${incidentId}, ${sequence})${unseen}`;
    }
    case 'silence': {
      const { id, scope, until, endedAt } = entry.silence;
      const how = endedAt === undefined ? `is made until ${time(until)}` : 'is ended';
      return `silence ${id} of ${JSON.stringify(scope)} ${how}`;
    }
    case 'refused':
      return `${entry.what} is refused`;
    case 'stopping':
      return `reaches its ${entry.how}`;
    case 'answered':
      return entry.status === 200 ? undefined : `is answered with ${entry.status}`;
    case 'ended':
      return `${entry.outcome}${entry.problem ? `: ${entry.problem}` : ''}`;
    default:
      return undefined;
  }
}
