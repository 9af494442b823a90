import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import type { Silence } from '../../functions/monitor/incidents/silence.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import {
  fromPlain,
  type PlainRecord,
  Pool,
  toPlain,
} from '../../functions/monitor/storage/bucket-codec.ts';
import {
  fromPlainLook,
  type PlainLook,
  toPlainLook,
} from '../../functions/monitor/storage/look-codec.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';

/** A store in memory. It keeps JSON, like every real store. */
export interface MemoryStore extends MonitorStore {
  /** All stored data as text. */
  dump(): string;
}

export function createMemoryStore(): MemoryStore {
  let state: string | undefined;
  const buckets = new Map<number, string>();
  const looks = new Map<number, string>();
  const incidents = new Map<string, string>();
  const silences = new Map<string, string>();
  const write = (
    stored: Map<number, string>,
    key: number,
    plain: { readonly runNumber: number },
  ): Promise<boolean> => {
    const before = stored.get(key);
    if (before && (JSON.parse(before) as PlainRecord).runNumber > plain.runNumber) {
      return Promise.resolve(false);
    }
    stored.set(key, JSON.stringify(plain));
    return Promise.resolve(true);
  };
  const read = (): MonitorState | undefined =>
    state === undefined ? undefined : JSON.parse(state);
  const readSilences = () => [...silences.values()].map((text) => JSON.parse(text) as Silence);
  return {
    readState: () => Promise.resolve(read()),
    readStart: () => Promise.resolve({ state: read(), silences: readSilences() }),
    readSilences: () => Promise.resolve(readSilences()),
    writeSilence(silence) {
      if (silences.has(silence.id)) return Promise.resolve(false);
      silences.set(silence.id, JSON.stringify(silence));
      return Promise.resolve(true);
    },
    changeSilence(silence) {
      const before = silences.get(silence.id);
      if (!before || (JSON.parse(before) as Silence).ended) return Promise.resolve(false);
      silences.set(silence.id, JSON.stringify(silence));
      return Promise.resolve(true);
    },
    writeState(next, expected) {
      if (read()?.runNumber !== expected) return Promise.resolve(false);
      state = JSON.stringify(next);
      return Promise.resolve(true);
    },
    readCounts({ start, end }) {
      const within = <T>(stored: ReadonlyMap<number, string>, from: number, to: number) =>
        [...stored]
          .filter(([time]) => time >= from && time < to)
          .sort(([a], [b]) => a - b)
          .map(([, text]) => JSON.parse(text) as T);
      const pool = new Pool();
      return Promise.resolve({
        buckets: within<PlainRecord>(buckets, start, end).map((record) => fromPlain(record, pool)),
        looks: within<PlainLook>(looks, start + BUCKET_MS, end + BUCKET_MS).map((look) =>
          fromPlainLook(look, pool),
        ),
      });
    },
    writeBucket: (record) => write(buckets, record.start, toPlain(record)),
    writeLook: (look) => write(looks, look.end, toPlainLook(look)),
    readIncidents: (ids) =>
      Promise.resolve(
        ids.flatMap((id) => {
          const text = incidents.get(id);
          return text === undefined ? [] : (JSON.parse(text) as Incident);
        }),
      ),
    writeIncident(incident, runNumber) {
      const before = incidents.get(incident.id);
      if (before && (JSON.parse(before) as PlainRecord).runNumber > runNumber) {
        return Promise.resolve(false);
      }
      incidents.set(incident.id, JSON.stringify({ ...incident, runNumber }));
      return Promise.resolve(true);
    },
    unreadable: () => [],
    dump: () =>
      JSON.stringify([
        state,
        ...[...buckets.values(), ...looks.values(), ...incidents.values(), ...silences.values()],
      ]),
  };
}
