import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { SettingError } from '../errors.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { PlainRecord } from './bucket-codec.ts';
import { STORED_VERSION, withCurrentNames } from './stored-version.ts';

/** The content of a state file, as JSON. */
export interface StateFile {
  readonly version: number;
  readonly state: MonitorState | null;
  /** By the start of the bucket, epoch ms. */
  readonly buckets: Readonly<Record<string, PlainRecord>>;
}

/**
 * Reads a state file of any version; an empty one where there is no file yet.
 *
 * @throws SettingError where the file cannot be read, or is none of this monitor's; MonitorError where a newer version wrote it
 */
export async function readStateFile(path: string): Promise<StateFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { version: STORED_VERSION, state: null, buckets: {} };
    throw unusable(path, error);
  }
  const parsed = parse(text);
  if (!parsed) {
    throw new SettingError(
      `the state file ${path} is not one of this monitor's; choose another with --state, or remove it to start anew`,
    );
  }
  const { version, ...stored } = parsed;
  const current = withCurrentNames(stored, version, `the state file ${path}`);
  return { version: STORED_VERSION, ...current };
}

/**
 * Replaces a state file as a whole or not at all, so that a process that dies leaves the old file. Only the owner may read it.
 *
 * @throws SettingError where the file cannot be written
 */
export async function writeStateFile(path: string, contents: StateFile): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(contents));
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

/** `undefined` for a text that is no state file of any version. */
function parse(text: string): StateFile | undefined {
  try {
    const contents = JSON.parse(text) as StateFile;
    const isOurs = Number.isInteger(contents.version) && typeof contents.buckets === 'object';
    return isOurs ? contents : undefined;
  } catch {
    return undefined;
  }
}
