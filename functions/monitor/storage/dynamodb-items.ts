import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** All items are in one partition, so that one query reads a range of buckets. */
export const PARTITION = 'monitor';

/** A bucket, or an incident, names each account once, so gzip is enough. Items of 0.1.0 are gzip too. */
export const compressItem = promisify(gzip);

/** The name of an item, for messages. @param key its sort key */
export function nameOfItem(key: string, table: string): string {
  return `the item ${PARTITION}/${key} of ${table}`;
}

/** The command that removes an item. */
export function removal(key: string, table: string): string {
  const item = JSON.stringify({ pk: { S: PARTITION }, sk: { S: key } });
  return `aws dynamodb delete-item --table-name ${table} --key '${item}'`;
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
