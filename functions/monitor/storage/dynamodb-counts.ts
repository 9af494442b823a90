import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import { MAX_GROUPS, truncateGroups } from '../events/truncated-groups.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { BUCKET_KEPT_DAYS } from '../timeline/kept-days.ts';
import { isoTime, parseTime } from '../timeline/time.ts';
import { fromPlain, type PlainRecord, type Pool, toPlain } from './bucket-codec.ts';
import {
  compressItem,
  expiresAt,
  type Item,
  itemOf,
  nameOfItem,
  removal,
  textIn,
} from './dynamodb-items.ts';
import { fromPlainLook, toPlainLook } from './look-codec.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './names-of-older-versions.ts';
import { unreadableBuckets } from './unreadable-items.ts';

const BUCKET_PREFIX = 'bucket#';
/** After the key of a bucket, so that a query for a range of buckets reads its looks too. */
const LOOK_SUFFIX = '#look';

/** DynamoDB takes 400 KB an item; half of it is enough for a bucket. */
const MAX_BUCKET_BYTES = 200_000;

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
