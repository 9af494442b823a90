import { INVARIANTS, type Invariant } from './oracle.ts';
import type { FaultKind } from './scenario.ts';
import type { Outcome } from './trial.ts';

const SUMMED = [
  'runs',
  'clearRuns',
  'killed',
  'requests',
  'buckets',
  'events',
  'decided',
  'dropped',
  'waiting',
  'repeated',
  'demanded',
] as const;
const LARGEST = ['latestMs', 'largestState', 'largestCounts'] as const;

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

/** All that was survived, as the tables of docs/reliability.md. */
export class Summary {
  #worlds = 0;
  #byMetrics = 0;
  readonly #sums = zeros(SUMMED);
  readonly #largest = zeros(LARGEST);
  readonly #delivered = new Map<string, number>();
  readonly #struck = new Map<FaultKind, { times: number; worlds: number }>();
  /** Seeds that broke an invariant, by the first that each broke. */
  readonly broken = new Map<Invariant, number[]>();

  get worlds(): number {
    return this.#worlds;
  }

  get failures(): number[] {
    return [...this.broken.values()].flat().sort((a, b) => a - b);
  }

  add(seed: number, outcome: Outcome): void {
    this.#worlds++;
    if (outcome.byMetrics) this.#byMetrics++;
    for (const name of SUMMED) this.#sums[name] += outcome[name];
    for (const name of LARGEST) this.#largest[name] = Math.max(this.#largest[name], outcome[name]);
    for (const [kind, count] of outcome.delivered) {
      this.#delivered.set(kind, (this.#delivered.get(kind) ?? 0) + count);
    }
    for (const [kind, times] of outcome.struck) {
      const before = this.#struck.get(kind) ?? { times: 0, worlds: 0 };
      this.#struck.set(kind, { times: before.times + times, worlds: before.worlds + 1 });
    }
    const [first] = outcome.violations;
    if (!first) return;
    this.broken.set(first.invariant, [...(this.broken.get(first.invariant) ?? []), seed]);
  }

  /** Markdown. */
  tables(days: number, seconds: number): string {
    const sums = this.#sums;
    const { latestMs, largestState, largestCounts } = this.#largest;
    const notified = [...this.#delivered.values()].reduce((sum, count) => sum + count, 0);
    const rows: [string, string][] = [
      [
        'simulated',
        `${counted(this.#worlds, 'world')} of ${counted(days, 'day')}, in ${duration(seconds)}`,
      ],
      ['worlds in which Togai counts, for a time at least', number(this.#byMetrics)],
      ['events', number(sums.events)],
      ['runs', `${number(sums.runs)}, ${number(sums.clearRuns)} of them with nothing in the way`],
      ['runs killed', number(sums.killed)],
      ['requests to Togai', number(sums.requests)],
      ['counts of a bucket, each held against the truth', number(sums.buckets)],
      [
        'messages that were due',
        `${number(sums.decided)}, ${number(sums.dropped)} of them replaced before anybody got them, for more had happened meanwhile; ${number(sums.waiting)} waited when their world ended`,
      ],
      ['messages that came, repetitions left out', number(notified)],
      ['repeated after a crash between publishing and writing it down', number(sums.repeated)],
      ['crossings that the truth alone shows, each of them told', number(sums.demanded)],
      [
        'latest alert with nothing in the way, after its bucket had settled (runs are 5, 10 or 15 minutes apart)',
        duration(latestMs / 1_000),
      ],
      ['largest state in these worlds', `${number(largestState)} bytes`],
      ['largest bucket measured, compressed', `${number(largestCounts)} bytes`],
    ];
    const broken = Object.keys(INVARIANTS) as Invariant[];
    return [
      table(['what', 'how much'], rows),
      table(
        ['fault', 'struck', 'worlds'],
        [...this.#struck]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, { times, worlds }]) => [kind, number(times), number(worlds)]),
      ),
      table(
        ['message', 'came'],
        [...this.#delivered]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, count]) => [kind, number(count)]),
      ),
      table(
        ['invariant', 'worlds that broke it'],
        broken.map((name) => [
          `${name}: ${INVARIANTS[name]}`,
          number(this.broken.get(name)?.length ?? 0),
        ]),
      ),
    ].join('\n\n');
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
