import type { Incident } from '../incidents/incident.ts';
import type { Silence } from '../incidents/silence.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore } from '../ports.ts';

/** The stored items that people on call ask for. */
export interface Stored {
  readonly state: MonitorState | undefined;
  readonly silences: readonly Silence[];
  /** Open ones, those of the monitor itself too. */
  readonly incidents: readonly Incident[];
  /** Those that ended in the last hours. */
  readonly ended: readonly Incident[];
}

/** Reads without a lease: a run may be at work. */
export async function readOpen(
  store: Pick<MonitorStore, 'readStart' | 'readIncidents'>,
): Promise<Stored> {
  const { state, silences } = await store.readStart();
  const ids = state?.incidentIds ?? [];
  const known = ids.length > 0 ? await store.readIncidents(ids) : [];
  const all = [...Object.values(state?.failures ?? {}), ...known];
  return {
    state,
    silences,
    incidents: all.filter(({ end }) => !end),
    ended: all.filter(({ end }) => end),
  };
}
