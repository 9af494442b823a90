import type { Incident, Notified } from '../incidents/incident.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore } from '../ports.ts';
import { incidentsUntil } from './drop-times-ahead-of-incident.ts';

/** The incidents of a run, and which of them have changed since they were stored. */
export class HeldIncidents {
  all: readonly Incident[] = [];
  readonly #store: Pick<MonitorStore, 'readIncidents' | 'writeIncident'>;
  /** As they are stored, by their ids. */
  readonly #stored = new Map<string, string>();

  constructor(store: Pick<MonitorStore, 'readIncidents' | 'writeIncident'>) {
    this.#store = store;
  }

  /** @param now by the clock, epoch ms */
  async read(state: MonitorState, now: number): Promise<void> {
    const known = await incidentsOf(this.#store, state);
    for (const incident of known) this.#stored.set(incident.id, JSON.stringify(incident));
    this.all = incidentsUntil(known, now);
  }

  get isChanged(): boolean {
    return this.all.some((incident) => this.#stored.get(incident.id) !== JSON.stringify(incident));
  }

  /** @returns false where a later run has stored one of them */
  async save(runNumber: number): Promise<boolean> {
    for (const incident of this.all) {
      const text = JSON.stringify(incident);
      if (this.#stored.get(incident.id) === text) continue;
      if (!(await this.#store.writeIncident(incident, runNumber))) return false;
      this.#stored.set(incident.id, text);
    }
    return true;
  }
}

/** The incidents that a state knows. */
export async function incidentsOf(
  store: Pick<MonitorStore, 'readIncidents'>,
  state: Pick<MonitorState, 'incidentIds'> | undefined,
): Promise<readonly Incident[]> {
  return state?.incidentIds.length ? await store.readIncidents(state.incidentIds) : [];
}

export function withNotified(incident: Incident, channel: string, notified: Notified): Incident {
  return { ...incident, notified: { ...incident.notified, [channel]: notified } };
}

/** The failures once a channel knows of one. */
export function failuresAfter(
  { failures }: MonitorState,
  told: (incident: Incident) => Incident,
): MonitorState['failures'] {
  const entries = Object.entries(failures).map(([key, failure]) => [key, told(failure)] as const);
  const isSame = entries.every(
    ([key, failure]) => failures[key as keyof typeof failures] === failure,
  );
  return isSame ? failures : Object.fromEntries(entries);
}
