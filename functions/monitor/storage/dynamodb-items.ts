import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { BucketRecord } from '../events/bucket-record.ts';
import { MAX_GROUPS, truncateGroups } from '../events/truncated-groups.ts';
import type { MonitorState } from '../monitor-state.ts';
import { isoTime } from '../timeline/time.ts';
import { fromPlain, type PlainRecord, type Pool, toPlain } from './bucket-codec.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './stored-version.ts';

export type Item = Record<string, AttributeValue>;

/** All items are in one partition, so that one query reads a range of buckets. */
export const PARTITION = 'monitor';
export const STATE_KEY = { pk: { S: PARTITION }, sk: { S: 'state' } };

/** DynamoDB takes 400 KB an item; half of it is enough for a bucket. */
const MAX_BUCKET_BYTES = 200_000;

/** Longer than the longest catch-up and the longest window together, which are four days. */
const EXPIRES_AFTER_S = 40 * 86_400;

/** In characters. Hardly any state is longer. A person can read such a state in the console. */
const MAX_READABLE_STATE = 50_000;

// A bucket names each account once, so gzip is enough. Items of 0.1.0 are gzip too.
const compressBucket = promisify(gzip);
const decompressBucket = promisify(gunzip);

// Many alerts of a state hold the same names, far apart. gzip finds repetitions within 32 KB only; Brotli finds them all.
const compressState = promisify(brotliCompress);
const decompressState = promisify(brotliDecompress);
/** The default quality of 11 takes sixty times as long, for a state that is a quarter smaller. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** The item of the state: text, or Brotli where it is long. */
export async function toStateItem(state: MonitorState): Promise<Item> {
  const text = JSON.stringify({ version: STORED_VERSION, ...state });
  const body =
    text.length <= MAX_READABLE_STATE ? { S: text } : { B: await compressState(text, FAST) };
  return { ...STATE_KEY, runNumber: { N: String(state.runNumber) }, body };
}

/**
 * @param item `undefined` where the table has none
 * @param table for messages
 * @throws MonitorError for an item of a newer version
 */
export async function fromStateItem(
  item: Item | undefined,
  table: string,
): Promise<MonitorState | undefined> {
  const { S, B } = item?.body ?? {};
  const text = B ? String(await decompressState(B)) : S;
  if (text === undefined) return undefined;
  const { version, ...state } = JSON.parse(text) as Stored<MonitorState>;
  return withCurrentNames<MonitorState>(state, version, `the item ${PARTITION}/state of ${table}`);
}

/** The sort key of a bucket; keys are in the order of time. @param start epoch ms */
export function bucketKey(start: number): AttributeValue.SMember {
  return { S: `bucket#${isoTime(start)}` };
}

/** The item of a bucket: compressed, and with fewer accounts and schemas where it would be too large. */
export async function toBucketItem(record: BucketRecord): Promise<Item> {
  return {
    pk: { S: PARTITION },
    sk: bucketKey(record.start),
    runNumber: { N: String(record.runNumber) },
    expiresAt: { N: String(Math.floor(record.start / 1_000) + EXPIRES_AFTER_S) },
    body: { B: await compressToFit(record) },
  };
}

async function compressToFit(record: BucketRecord): Promise<Uint8Array> {
  for (let limit = MAX_GROUPS; ; limit = Math.floor(limit / 2)) {
    const plain: PlainRecord = toPlain({ ...record, counts: truncateGroups(record.counts, limit) });
    const bytes = await compressBucket(JSON.stringify({ version: STORED_VERSION, ...plain }));
    if (bytes.length <= MAX_BUCKET_BYTES || limit <= 1) return bytes;
  }
}

/**
 * @param pool shared by the records that are held together
 * @param table for messages
 * @returns `undefined` for an item without a body
 * @throws MonitorError for an item of a newer version
 */
export async function fromBucketItem(
  { body }: Item,
  pool: Pool,
  table: string,
): Promise<BucketRecord | undefined> {
  if (!body?.B) return undefined;
  const text = String(await decompressBucket(body.B));
  const { version, ...record } = JSON.parse(text) as Stored<PlainRecord>;
  return fromPlain(withCurrentNames<PlainRecord>(record, version, `a bucket in ${table}`), pool);
}
