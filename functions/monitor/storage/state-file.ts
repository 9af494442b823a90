import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SettingError } from '../errors.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { MonitorState } from '../monitor-state.ts';
import { STORED_VERSION, withCurrentNames } from './names-of-older-versions.ts';
import { readStoredState, toStoredState } from './stored-state.ts';
import { unreadableBuckets } from './unreadable-items.ts';

/** The content of a state file, as JSON. */
export interface StateFile {
  readonly version: number;
  readonly state: MonitorState | null;
  /** By the start of the bucket, epoch ms. Each may be anything until it is read. */
  readonly buckets: Readonly<Record<string, unknown>>;
  /** By their end, epoch ms. Each may be anything until it is read. */
  readonly looks: Readonly<Record<string, unknown>>;
  /** By their ids. Each may be anything until it is read. */
  readonly incidents: Readonly<Record<string, unknown>>;
  /** By their ids. Each may be anything until it is read. */
  readonly silences: Readonly<Record<string, unknown>>;
}

/** The content of a state file of any version, or of no file yet. */
interface StateFileRead {
  readonly contents: StateFile;
  /** The parts that cannot be read. They are not in `contents`. */
  readonly dropped: readonly UnreadableItem[];
}

const EMPTY: StateFile = {
  version: STORED_VERSION,
  state: null,
  buckets: {},
  looks: {},
  incidents: {},
  silences: {},
};

/**
 * Reads a state file of any version; an empty one where there is no file yet.
 *
 * @throws SettingError where the file cannot be read, or is none of this monitor's; MonitorError where a newer version wrote it
 */
export async function readStateFile(path: string): Promise<StateFileRead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return {
        contents: EMPTY,
        dropped: [],
      };
    }
    throw unusable(path, error);
  }
  const parsed = parse(text);
  if (!parsed) {
    throw new SettingError(
      `the state file ${path} is not one of this monitor's; choose another with --state, or remove it to start anew`,
    );
  }
  const { version, ...stored } = parsed;
  const place = {
    name: `the state file ${path}`,
    remedy: 'choose another with --state, or remove it to start anew',
  };
  const { state, buckets, looks, incidents, silences } = withCurrentNames(
    stored,
    version,
    place.name,
  );
  const read = state === null ? undefined : readStoredState(state, place);
  return {
    contents: {
      version: STORED_VERSION,
      state: read?.state ?? null,
      buckets: buckets ?? {},
      // A file of 0.1.0 has none.
      looks: looks ?? {},
      incidents: incidents ?? {},
      silences: silences ?? {},
    },
    dropped: [
      ...(read?.dropped ?? []),
      ...(buckets === null
        ? [unreadableBuckets(`the buckets of ${place.name}`, 'remove that file')]
        : []),
    ],
  };
}

/**
 * Replaces a state file as a whole or not at all, so that a process that dies leaves the old file. Only the owner may read it.
 * Call it under the lock: it removes the drafts that killed processes left.
 *
 * @throws SettingError where the file cannot be written
 */
export async function writeStateFile(path: string, contents: StateFile): Promise<void> {
  const draft = `${path}.${randomUUID()}${DRAFT_END}`;
  try {
    await removeOldDrafts(path);
    const file = await open(draft, 'w', 0o600);
    try {
      const state = contents.state && toStoredState(contents.state);
      await file.writeFile(JSON.stringify({ ...contents, state }));
      // Otherwise a crash of the machine after the rename could leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw unusable(path, error);
  }
}

const DRAFT_END = '.tmp';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function removeOldDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  const begin = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(begin) || !name.endsWith(DRAFT_END)) continue;
    if (!UUID.test(name.slice(begin.length, -DRAFT_END.length))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** @param cause a system error, such as `EACCES` */
export function unusable(path: string, cause: unknown): SettingError {
  return new SettingError(
    `the state file ${path} cannot be used (${codeOf(cause)}); choose another with --state, or make its folder writable`,
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** A state file of any version: its state and its buckets may be anything. */
interface AnyStateFile {
  readonly version: number;
  readonly state: unknown;
  readonly buckets: Readonly<Record<string, unknown>> | null;
  readonly looks?: Readonly<Record<string, unknown>> | null;
  readonly incidents?: Readonly<Record<string, unknown>> | null;
  readonly silences?: Readonly<Record<string, unknown>> | null;
}

/** `undefined` for a text that is no state file of any version. */
function parse(text: string): AnyStateFile | undefined {
  try {
    const contents = JSON.parse(text) as AnyStateFile;
    const isOurs = Number.isInteger(contents.version) && typeof contents.buckets === 'object';
    return isOurs ? contents : undefined;
  } catch {
    return undefined;
  }
}
