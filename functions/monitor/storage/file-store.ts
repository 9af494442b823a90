import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { SettingError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import { truncateGroups } from '../events/group-counts.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import type { Range } from '../timeline/time.ts';
import { fromPlain, type PlainRecord, Pool, toPlain } from './bucket-codec.ts';
import { STORED_VERSION, withCurrentNames } from './stored-version.ts';

/** A lock that is older belongs to a process that died while it wrote. */
const STALE_LOCK_MS = 10_000;
const LOCK_WAIT_MS = 50;
/** Longer than any window and any catch-up: what is older is forgotten. */
const KEPT_MS = 5 * 86_400_000;
/** The file is written anew for every bucket, so a bucket names fewer accounts here. */
const MAX_GROUPS = 500;

interface Contents {
  readonly version: number;
  readonly state: MonitorState | null;
  readonly buckets: Readonly<Record<string, PlainRecord>>;
}

/**
 * What the monitor remembers, in one JSON file: replaced as a whole or not at all, and locked against a
 * second process while it is read and written.
 */
export function createFileStore(path: string, clock: Clock): MonitorStore {
  const never = new AbortController().signal;
  let queue: Promise<unknown> = Promise.resolve();

  /** One after the other in this process, which needs no waiting for the lock. */
  function locked<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(() => lockedHere(work));
    queue = done.catch(() => {});
    return done;
  }

  async function lockedHere<T>(work: () => Promise<T>): Promise<T> {
    const lock = `${path}.lock`;
    for (;;) {
      try {
        await (await open(lock, 'wx')).close();
        break;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EEXIST') throw unusable(path, code, error);
        const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > STALE_LOCK_MS) await rm(lock, { force: true });
        else await clock.sleep(LOCK_WAIT_MS, never);
      }
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }

  async function read(): Promise<Contents> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { version: STORED_VERSION, state: null, buckets: {} };
      throw unusable(path, code, error);
    }
    const contents = contentsOf(text);
    if (contents) {
      const { version, ...stored } = contents;
      const current = withCurrentNames(stored, version, `the state file ${path}`);
      return { version: STORED_VERSION, ...current };
    }
    throw new SettingError(
      `the state file ${path} is not one of this monitor's; choose another with --state, or remove it to start anew`,
    );
  }

  async function write(contents: Contents): Promise<void> {
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(contents));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw unusable(path, (error as NodeJS.ErrnoException).code, error);
    }
  }

  return {
    async readState() {
      const { state } = await locked(read);
      return state ?? undefined;
    },
    writeState(state, expected) {
      return locked(async () => {
        const contents = await read();
        const stored = contents.state ?? undefined;
        if (stored?.runNumber !== expected) return false;
        await write({ ...contents, state });
        return true;
      });
    },
    async readBuckets({ start, end }: Range) {
      const { buckets } = await locked(read);
      const pool = new Pool();
      return Object.values(buckets)
        .filter((record) => record.start >= start && record.start < end)
        .sort((a, b) => a.start - b.start)
        .map((record) => fromPlain(record, pool));
    },
    writeBucket(record: BucketRecord) {
      return locked(async () => {
        const contents = await read();
        const stored = contents.buckets[record.start];
        if (stored && stored.runNumber > record.runNumber) return false;
        const kept = Object.entries(contents.buckets).filter(
          ([, { start }]) => start > record.start - KEPT_MS,
        );
        const buckets = {
          ...Object.fromEntries(kept),
          [record.start]: toPlain({ ...record, counts: truncateGroups(record.counts, MAX_GROUPS) }),
        };
        await write({ ...contents, buckets });
        return true;
      });
    },
  };
}

/** What a file holds, if it is a state file of any version. */
function contentsOf(text: string): Contents | undefined {
  try {
    const contents = JSON.parse(text) as Contents;
    const isOurs = Number.isInteger(contents.version) && typeof contents.buckets === 'object';
    return isOurs ? contents : undefined;
  } catch {
    return undefined;
  }
}

function unusable(path: string, code: string | undefined, cause: unknown): SettingError {
  return new SettingError(
    `the state file ${path} cannot be used (${code}); choose another with --state, or make its folder writable`,
    { cause },
  );
}
