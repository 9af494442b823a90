import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { MonitorState } from '../monitor-state.ts';
import { type Item, nameOfItem, PARTITION, removal } from './dynamodb-items.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './names-of-older-versions.ts';
import { readStoredState, toStoredState, unreadableState } from './stored-state.ts';

export const STATE_KEY = { pk: { S: PARTITION }, sk: { S: 'state' } };

/** In characters. Hardly any state is longer. A person can read such a state in the console. */
const MAX_READABLE_STATE = 50_000;

// Many alerts of a state hold the same names, far apart. gzip finds repetitions within 32 KB only; Brotli finds them all.
const compressState = promisify(brotliCompress);
const decompressState = promisify(brotliDecompress);
/** The default quality of 11 takes sixty times as long, for a state that is a quarter smaller. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** The item of the state: text, or Brotli where it is long. */
export async function toStateItem(state: MonitorState): Promise<Item> {
  const text = JSON.stringify({ version: STORED_VERSION, ...toStoredState(state) });
  const body =
    text.length <= MAX_READABLE_STATE ? { S: text } : { B: await compressState(text, FAST) };
  return { ...STATE_KEY, runNumber: { N: String(state.runNumber) }, body };
}

/**
 * @param item `undefined` where the table has none
 * @param table for messages
 * @returns the state, and the parts of it that cannot be read and were dropped; `undefined` where there is none
 * @throws MonitorError for an item of a newer version, and for one that is no state
 */
export async function fromStateItem(
  item: Item | undefined,
  table: string,
): Promise<ReturnType<typeof readStoredState> | undefined> {
  if (!item) return undefined;
  const key = 'state';
  const place = {
    name: nameOfItem(key, table),
    remedy: `remove it to start anew: ${removal(key, table)}`,
  };
  const { S, B } = item.body ?? {};
  let stored: Stored<Record<string, unknown>>;
  try {
    stored = JSON.parse(B ? String(await decompressState(B)) : (S ?? ''));
  } catch (error) {
    throw unreadableState(place, error);
  }
  const { version, ...state } = stored ?? {};
  return readStoredState(withCurrentNames<unknown>(state, version, place.name), place);
}
