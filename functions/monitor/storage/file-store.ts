import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import { truncateGroups } from '../events/truncated-groups.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Silence } from '../incidents/silence.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore, StoredCounts, StoredStart } from '../ports.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { STATE_FILE_DAYS } from '../timeline/kept-days.ts';
import { DAY_MS, isoTime, type Range } from '../timeline/time.ts';
import { fromPlain, Pool, toPlain } from './bucket-codec.ts';
import { FileLock } from './file-lock.ts';
import { fromPlainLook, toPlainLook } from './look-codec.ts';
import { readStateFile, type StateFile, writeStateFile } from './state-file.ts';
import { readIncident, readSilence } from './stored-incidents.ts';
import {
  UnreadableItems,
  unreadableBuckets,
  unreadableIncident,
  unreadableSilence,
} from './unreadable-items.ts';

/** A run while the clock is ahead must not push out earlier buckets. So the limit is their number, not their age. */
const MAX_BUCKETS = (STATE_FILE_DAYS * DAY_MS) / BUCKET_MS;
/** The whole file is written for every bucket, so a bucket names fewer accounts and schemas than in DynamoDB. */
const MAX_GROUPS = 500;
/** The newest ones. */
const MAX_SILENCES = 500;

/**
 * The store in one JSON file. It is replaced as a whole or not at all, and locked against a second
 * process while it is read and written. It refuses the same writes as the store in DynamoDB.
 *
 * @param signal ends the wait for another process that holds the lock. @default the wait ends after
 * half a minute
 * @throws SettingError, from each method, where the file cannot be used
 */
export function createFileStore(
  path: string,
  clock: Clock,
  signal: AbortSignal = new AbortController().signal,
): MonitorStore {
  return new FileStore(path, clock, signal);
}

class FileStore implements MonitorStore {
  readonly #lock: FileLock;
  readonly #unreadable = new UnreadableItems();

  constructor(path: string, clock: Clock, signal: AbortSignal) {
    this.#lock = new FileLock(path, clock, signal);
  }

  async readState(): Promise<MonitorState | undefined> {
    const { state } = await this.#lock.run((path) => this.#read(path));
    return state ?? undefined;
  }

  async readStart(): Promise<StoredStart> {
    const { path, contents } = await this.#lock.run(async (path) => ({
      path,
      contents: await this.#read(path),
    }));
    return { state: contents.state ?? undefined, silences: this.#silencesOf(contents, path) };
  }

  async readSilences(): Promise<readonly Silence[]> {
    return (await this.readStart()).silences;
  }

  writeSilence(silence: Silence): Promise<boolean> {
    return this.#putSilence(silence, (stored) => stored === undefined);
  }

  changeSilence(silence: Silence): Promise<boolean> {
    return this.#putSilence(silence, (stored) => {
      const known = readSilence(stored);
      return known !== undefined && !known.ended;
    });
  }

  #putSilence(silence: Silence, mayReplace: (stored: unknown) => boolean): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      if (!mayReplace(contents.silences[silence.id])) return false;
      const all = Object.entries({ ...contents.silences, [silence.id]: silence });
      const silences = Object.fromEntries(all.slice(-MAX_SILENCES));
      await writeStateFile(path, { ...contents, silences });
      return true;
    });
  }

  #silencesOf({ silences }: StateFile, path: string): Silence[] {
    return Object.entries(silences).flatMap(([id, stored]) => {
      const silence = readSilence(stored);
      if (silence) return silence;
      const name = `the silence ${id} of the state file ${path}`;
      this.#unreadable.add(unreadableSilence(name, `delete "${id}" from "silences" in that file`));
      return [];
    });
  }

  writeState(state: MonitorState, expected: number | undefined): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      const stored = contents.state ?? undefined;
      if (stored?.runNumber !== expected) return false;
      // Incidents that the state does not know any more are over for long.
      const incidents = Object.fromEntries(
        Object.entries(contents.incidents).filter(([id]) => state.incidentIds.includes(id)),
      );
      await writeStateFile(path, { ...contents, state, incidents });
      return true;
    });
  }

  async readCounts({ start, end }: Range): Promise<StoredCounts> {
    const { path, buckets, looks } = await this.#lock.run(async (path) => ({
      path,
      ...(await this.#read(path)),
    }));
    const pool = new Pool();
    const within = (all: Readonly<Record<string, unknown>>, from: number, to: number) =>
      Object.entries(all)
        .map(([key, stored]) => ({ key, stored, time: Number(key) }))
        .filter(({ time }) => time >= from && time < to)
        .sort((a, b) => a.time - b.time);
    return {
      buckets: within(buckets, start, end).flatMap(
        ({ key, stored }) => this.#bucketOf(key, stored, pool, path) ?? [],
      ),
      looks: within(looks, start + BUCKET_MS, end + BUCKET_MS).flatMap(
        ({ key, stored }) => this.#lookOf(key, stored, pool, path) ?? [],
      ),
    };
  }

  writeBucket(record: BucketRecord): Promise<boolean> {
    const kept = { ...record, counts: truncateGroups(record.counts, MAX_GROUPS) };
    return this.#writeCounts('buckets', record.start, toPlain(kept));
  }

  writeLook(look: LookRecord): Promise<boolean> {
    return this.#writeCounts('looks', look.end, toPlainLook(look));
  }

  async readIncidents(ids: readonly string[]): Promise<readonly Incident[]> {
    const { path, incidents } = await this.#lock.run(async (path) => ({
      path,
      ...(await this.#read(path)),
    }));
    return Object.entries(incidents).flatMap(([id, stored]) => {
      if (!ids.includes(id)) return [];
      const incident = readIncident(stored);
      if (incident) return incident;
      const name = `the incident ${id} of the state file ${path}`;
      this.#unreadable.add(
        unreadableIncident(name, `delete "${id}" from "incidents" in that file`),
      );
      return [];
    });
  }

  writeIncident(incident: Incident, runNumber: number): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      if (runNumberOf(contents.incidents[incident.id]) > runNumber) return false;
      const incidents = { ...contents.incidents, [incident.id]: { ...incident, runNumber } };
      await writeStateFile(path, { ...contents, incidents });
      return true;
    });
  }

  #writeCounts(
    kind: 'buckets' | 'looks',
    key: number,
    plain: { readonly runNumber: number },
  ): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      if (runNumberOf(contents[kind][key]) > plain.runNumber) return false;
      const all = { ...contents[kind], [key]: plain };
      // Keys that are whole numbers are in their order.
      const kept = Object.fromEntries(Object.entries(all).slice(-MAX_BUCKETS));
      await writeStateFile(path, { ...contents, [kind]: kept });
      return true;
    });
  }

  unreadable(): readonly UnreadableItem[] {
    return this.#unreadable.list();
  }

  async #read(path: string): Promise<StateFile> {
    const { contents, dropped } = await readStateFile(path);
    for (const item of dropped) this.#unreadable.add(item);
    return contents;
  }

  #bucketOf(key: string, stored: unknown, pool: Pool, path: string): BucketRecord | undefined {
    try {
      const record = fromPlain(stored, pool);
      if (record.start === Number(key)) return record;
    } catch {
      // Reported below, without the reason: it would help nobody.
    }
    this.#addUnreadable({ key, start: Number(key), kind: 'buckets', path });
    return undefined;
  }

  #lookOf(key: string, stored: unknown, pool: Pool, path: string): LookRecord | undefined {
    try {
      const look = fromPlainLook(stored, pool);
      if (look.end === Number(key)) return look;
    } catch {
      // Reported below, without the reason: it would help nobody.
    }
    this.#addUnreadable({ key, start: Number(key) - BUCKET_MS, kind: 'looks', path });
    return undefined;
  }

  #addUnreadable({ key, start, kind, path }: UnreadableEntry): void {
    const noun = kind === 'buckets' ? 'bucket' : 'look';
    this.#unreadable.add(
      unreadableBuckets(
        `the ${noun} ${isoTime(start)} of the state file ${path}`,
        `delete "${key}" from "${kind}" in that file`,
      ),
    );
  }
}

interface UnreadableEntry {
  readonly key: string;
  readonly start: number;
  readonly kind: 'buckets' | 'looks';
  readonly path: string;
}

/** The number of the run that counted a bucket; any run may replace one that cannot be read. */
function runNumberOf(stored: unknown): number {
  const runNumber = (stored as Partial<BucketRecord> | null | undefined)?.runNumber;
  return typeof runNumber === 'number' ? runNumber : Number.NEGATIVE_INFINITY;
}
