import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzipSync, gzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import { MAX_GROUPS, truncateGroups } from '../events/truncated-groups.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { MonitorState } from '../monitor-state.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { BUCKET_KEPT_DAYS } from '../timeline/bucket-kept-days.ts';
import { isoTime, parseTime } from '../timeline/time.ts';
import { fromPlain, type PlainRecord, type Pool, toPlain } from './bucket-codec.ts';
import { fromPlainLook, toPlainLook } from './look-codec.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './names-of-older-versions.ts';
import { readStoredState, toStoredState, unreadableState } from './stored-state.ts';
import { unreadableBuckets } from './unreadable-items.ts';

export type Item = Record<string, AttributeValue>;

/** All items are in one partition, so that one query reads a range of buckets. */
export const PARTITION = 'monitor';
const BUCKET_PREFIX = 'bucket#';
/** After the key of a bucket, so that a query for a range of buckets reads its looks too. */
const LOOK_SUFFIX = '#look';
export const STATE_KEY = { pk: { S: PARTITION }, sk: { S: 'state' } };

/** DynamoDB takes 400 KB an item; half of it is enough for a bucket. */
const MAX_BUCKET_BYTES = 200_000;

/** In characters. Hardly any state is longer. A person can read such a state in the console. */
const MAX_READABLE_STATE = 50_000;

/** A bucket, or an incident, names each account once, so gzip is enough. Items of 0.1.0 are gzip too. */
export const compressItem = promisify(gzip);

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

/** The name of an item, for messages. @param key its sort key */
export function nameOfItem(key: string, table: string): string {
  return `the item ${PARTITION}/${key} of ${table}`;
}

/** The command that removes an item. */
export function removal(key: string, table: string): string {
  const item = JSON.stringify({ pk: { S: PARTITION }, sk: { S: key } });
  return `aws dynamodb delete-item --table-name ${table} --key '${item}'`;
}

/** The sort key of a bucket; keys are in the order of time. @param start epoch ms */
export function bucketKey(start: number): AttributeValue.SMember {
  return { S: `${BUCKET_PREFIX}${isoTime(start)}` };
}

/** The sort key of a look. @param end of its bucket, epoch ms */
export function lookKey(end: number): AttributeValue.SMember {
  return { S: `${bucketKey(end - BUCKET_MS).S}${LOOK_SUFFIX}` };
}

/** The item of a look, compressed. */
export async function toLookItem(look: LookRecord): Promise<Item> {
  const text = JSON.stringify({ version: STORED_VERSION, ...toPlainLook(look) });
  const start = look.end - BUCKET_MS;
  const expires = expiresAt(start, BUCKET_KEPT_DAYS);
  return itemOf(lookKey(look.end), look.runNumber, expires, await compressItem(text));
}

/** When DynamoDB deletes an item. @param time epoch ms @returns seconds, as DynamoDB reads them */
export function expiresAt(time: number, keptDays: number): AttributeValue.NMember {
  return { N: String(Math.floor(time / 1_000) + keptDays * 86_400) };
}

/** @param content compressed JSON */
export function itemOf(
  sk: AttributeValue.SMember,
  runNumber: number,
  expires: AttributeValue.NMember,
  content: Uint8Array,
): Item {
  return {
    pk: { S: PARTITION },
    sk,
    runNumber: { N: String(runNumber) },
    expiresAt: expires,
    // Not `body`: 0.1.0 skips items without it, and crashes on one whose names it does not know.
    content: { B: content },
  };
}

/** @throws where it is no text. It is the `body` in items of 0.1.0. */
export function textIn({ content, body }: Item): string {
  // A run reads hundreds of small items: to hand each of them to another thread takes longer than to decompress it.
  return String(gunzipSync((content ?? body)?.B ?? ''));
}

/** The item of a bucket: compressed, and with fewer accounts and schemas where it would be too large. */
export async function toBucketItem(record: BucketRecord): Promise<Item> {
  const { start, runNumber } = record;
  const expires = expiresAt(start, BUCKET_KEPT_DAYS);
  return itemOf(bucketKey(start), runNumber, expires, await compressToFit(record));
}

async function compressToFit(record: BucketRecord): Promise<Uint8Array> {
  for (let limit = MAX_GROUPS; ; limit = Math.floor(limit / 2)) {
    const plain: PlainRecord = toPlain({ ...record, counts: truncateGroups(record.counts, limit) });
    const bytes = await compressItem(JSON.stringify({ version: STORED_VERSION, ...plain }));
    if (bytes.length <= MAX_BUCKET_BYTES || limit <= 1) return bytes;
  }
}

/**
 * @param pool shared by the records that are held together
 * @param table for messages
 * @returns the bucket or the look, or why there is none
 */
export function fromCountsItem(
  item: Item,
  pool: Pool,
  table: string,
): BucketRecord | LookRecord | UnreadableItem {
  const key = item.sk?.S ?? '';
  const isLook = key.endsWith(LOOK_SUFFIX);
  const time = key.slice(BUCKET_PREFIX.length).replace(LOOK_SUFFIX, '');
  const start = parseTime(time) ?? Number.NaN;
  const name = nameOfItem(key, table);
  try {
    const { version, ...stored } = JSON.parse(textIn(item)) as Stored<object>;
    const named = withCurrentNames<unknown>(stored, version, name);
    if (isLook) {
      const look = fromPlainLook(named, pool);
      if (look.end === start + BUCKET_MS) return look;
    } else {
      const record = fromPlain(named, pool);
      if (record.start === start) return record;
    }
  } catch {
    // Reported below, without the reason: it would help nobody.
  }
  return unreadableBuckets(name, `use ${removal(key, table)}`);
}
