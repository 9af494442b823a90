import type { Entry } from '../history.ts';
import type { Scenario } from '../world/scenario.ts';
import type { MadeSilence, SilenceScope, Silencing } from '../world/silencing.ts';
import type { SimulatedTable } from './dynamodb.ts';
import type { Timeline } from './timeline.ts';

/** Their entries belong to no run. */
const NO_RUN = 0;

interface PeopleWorld {
  readonly timeline: Timeline;
  readonly table: Pick<SimulatedTable, 'putSilence'>;
  readonly observe: (entry: Entry) => void;
}

/** People on call, who read messages, make silences, and end them. They meet no faults. */
export class People {
  readonly #world: PeopleWorld;
  #newest: string | undefined;

  constructor({ silences }: Scenario, world: PeopleWorld) {
    this.#world = world;
    for (const one of silences) world.timeline.at(one.at, () => this.#make(one));
  }

  read(entry: Entry): void {
    if (entry.type !== 'published') return;
    const { incidentId, subject } = entry.message;
    if (incidentId !== null && subject !== 'monitor') this.#newest = incidentId;
  }

  #make({ id, at, forMs, scope: meant, endedAt, skewMs }: Silencing): void {
    const scope = meant === 'newest' ? this.#newestScope() : meant;
    if (!scope) return;
    const from = at + skewMs;
    const made = { id, scope, madeAt: at, from, until: from + forMs };
    this.#store(made, forMs);
    if (endedAt === undefined) return;
    this.#world.timeline.at(endedAt, () => this.#store({ ...made, endedAt }, forMs, skewMs));
  }

  #newestScope(): SilenceScope | undefined {
    return this.#newest === undefined ? undefined : { incidentId: this.#newest };
  }

  #store(silence: MadeSilence, forMs: number, skewMs = 0): void {
    const { timeline, table, observe } = this.#world;
    const { id, scope, from, endedAt } = silence;
    const ended = endedAt === undefined ? {} : { ended: { at: endedAt + skewMs, by: 'mira' } };
    table.putSilence({ id, scope, from, forMs, by: 'mira', ...ended });
    observe({ type: 'silence', silence, time: timeline.now, run: NO_RUN });
  }
}
