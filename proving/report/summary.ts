import { INVARIANTS, type Invariant } from '../invariants.ts';
import type { Outcome } from '../prove-world.ts';
import type { FaultKind } from '../world/scenario.ts';
import { table } from './table.ts';

const SUMMED = [
  'runs',
  'clearRuns',
  'killed',
  'requests',
  'buckets',
  'events',
  'repeated',
  'demanded',
] as const;
const LARGEST = ['largestState', 'largestBucket', 'days'] as const;

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

/** The outcomes of all worlds, as the tables of docs/reliability.md. */
export class Summary {
  #worlds = 0;
  #byMetrics = 0;
  readonly #sums = zeros(SUMMED);
  readonly #largest = zeros(LARGEST);
  readonly #delivered = new Map<string, number>();
  readonly #struck = new Map<FaultKind, { times: number; worlds: number }>();
  /** Seeds of broken worlds, by the first invariant that each broke: later violations often follow from the first. */
  readonly #broken = new Map<Invariant, number[]>();

  get worlds(): number {
    return this.#worlds;
  }

  /** The seeds of all broken worlds. */
  get failures(): number[] {
    return [...this.#broken.values()].flat().sort((a, b) => a - b);
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
    this.#broken.set(first.invariant, [...(this.#broken.get(first.invariant) ?? []), seed]);
  }

  /**
   * Markdown.
   *
   * @param days what was asked for; a world with a whole week lasts longer
   */
  tables(days: number, seconds: number): string {
    return [
      table(['what', 'how much'], this.#figures(days, seconds)),
      table(
        ['fault', 'struck', 'worlds'],
        byName(this.#struck).map(([kind, { times, worlds }]) => [
          kind,
          number(times),
          number(worlds),
        ]),
      ),
      table(
        ['message', 'came'],
        byName(this.#delivered).map(([kind, count]) => [kind, number(count)]),
      ),
      ...this.#brokenTable(),
    ].join('\n\n');
  }

  #figures(days: number, seconds: number): [string, string][] {
    const sums = this.#sums;
    const { largestState, largestBucket, days: longest } = this.#largest;
    const notified = [...this.#delivered.values()].reduce((sum, count) => sum + count, 0);
    const worlds = counted(this.#worlds, 'world');
    const all = counted(Math.max(days, longest), 'day');
    const lengths = longest > days ? `${days} to ${all}` : all;
    return [
      ['simulated', `${worlds} of ${lengths}, in ${duration(seconds)}`],
      ['worlds that use Togai metrics, for a time at least', number(this.#byMetrics)],
      ['events', number(sums.events)],
      ['runs', `${number(sums.runs)}, ${number(sums.clearRuns)} of them without an obstacle`],
      ['runs killed', number(sums.killed)],
      ['requests to Togai', number(sums.requests)],
      ['counts of a bucket, each compared with the truth', number(sums.buckets)],
      ['messages that came, repetitions left out', number(notified)],
      ['messages repeated after a crash or a lost answer', number(sums.repeated)],
      [
        'breaches that the truth alone shows, each of them in an open incident',
        number(sums.demanded),
      ],
      ['largest state in these worlds', `${number(largestState)} bytes`],
      ['largest bucket measured, compressed', `${number(largestBucket)} bytes`],
      ['invariants', this.#invariants()],
    ];
  }

  #invariants(): string {
    const all = number(Object.keys(INVARIANTS).length);
    const broken = this.#broken.size;
    return broken === 0
      ? `${all}, none of them broken`
      : `${all}, ${number(broken)} of them broken`;
  }

  #brokenTable(): string[] {
    if (this.#broken.size === 0) return [];
    const rows = byName(this.#broken).map(([id, seeds]) => [
      `\`${id}\``,
      INVARIANTS[id],
      number(seeds.length),
    ]);
    return [table(['broken invariant', 'it says', 'worlds that broke it first'], rows)];
  }
}

function byName<K extends string, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
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
