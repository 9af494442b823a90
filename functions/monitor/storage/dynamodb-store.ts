import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { BucketRecord } from '../events/bucket-record.ts';
import { MAX_GROUPS, truncateGroups } from '../events/group-counts.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore } from '../ports.ts';
import type { Range } from '../timeline/time.ts';
import { isoTime } from '../timeline/time.ts';
import { fromPlain, type PlainRecord, Pool, toPlain } from './bucket-codec.ts';
import { STORED_VERSION, withCurrentNames } from './stored-version.ts';

/** DynamoDB takes 400 KB an item; half of it is enough for a bucket. */
const MAX_COUNTS_BYTES = 200_000;
const EXPIRES_AFTER_S = 40 * 86_400;
const PARTITION = 'monitor';

/** In characters; hardly any state is larger. */
const MAX_PLAIN_STATE = 50_000;

const compress = promisify(gzip);
const decompress = promisify(gunzip);
// Unlike gzip it finds what was there 32 KB before.
const shrink = promisify(brotliCompress);
const expand = promisify(brotliDecompress);
const FAST = { [constants.BROTLI_PARAM_QUALITY]: 5 };

/**
 * What the monitor remembers, in one DynamoDB table with the key `pk`, `sk`: one item for the state, one
 * for each bucket (`expiresAt` 40 days on). Single-item conditional writes only.
 */
export function createDynamoDbStore(client: DynamoDBClient, table: string): MonitorStore {
  const stateKey = { pk: { S: PARTITION }, sk: { S: 'state' } };

  async function readState(): Promise<MonitorState | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: stateKey, ConsistentRead: true }),
    );
    const { S, B } = Item?.body ?? {};
    const text = B ? String(await expand(B)) : S;
    if (text === undefined) return undefined;
    const { version, ...state } = JSON.parse(text) as Stored<MonitorState>;
    return withCurrentNames<MonitorState>(
      state,
      version,
      `the item ${PARTITION}/state of ${table}`,
    );
  }

  return {
    readState,
    async writeState(state, expected) {
      const noneYet = 'attribute_not_exists(pk)';
      const stillThatRun = 'runNumber = :expected';
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: {
              ...stateKey,
              runNumber: { N: String(state.runNumber) },
              body: await bodyOf(state),
            },
            ...(expected === undefined
              ? { ConditionExpression: noneYet }
              : {
                  ConditionExpression: stillThatRun,
                  ExpressionAttributeValues: { ':expected': { N: String(expected) } },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The answer to an earlier attempt may have been lost: then what is stored is this run's.
        const stored = await readState();
        return stored?.runNumber === state.runNumber && stored.runId === state.runId;
      }
    },
    async readBuckets({ start, end }: Range) {
      const records: BucketRecord[] = [];
      const pool = new Pool();
      let from: QueryCommand['input']['ExclusiveStartKey'];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
            ExpressionAttributeValues: {
              ':pk': { S: PARTITION },
              ':first': { S: bucketKey(start) },
              ':last': { S: bucketKey(end - 1) },
            },
            ExclusiveStartKey: from,
          }),
        );
        for (const { body } of page.Items ?? []) {
          if (!body?.B) continue;
          const { version, ...record } = JSON.parse(
            String(await decompress(body.B)),
          ) as Stored<PlainRecord>;
          const where = `a bucket in ${table}`;
          records.push(fromPlain(withCurrentNames<PlainRecord>(record, version, where), pool));
        }
        from = page.LastEvaluatedKey;
      } while (from);
      return records;
    },
    async writeBucket(record) {
      const noneYet = 'attribute_not_exists(pk)';
      const ofNoLaterRun = 'runNumber <= :runNumber';
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: {
              pk: { S: PARTITION },
              sk: { S: bucketKey(record.start) },
              runNumber: { N: String(record.runNumber) },
              expiresAt: { N: String(Math.floor(record.start / 1_000) + EXPIRES_AFTER_S) },
              body: { B: await compressRecord(record) },
            },
            ConditionExpression: `${noneYet} OR ${ofNoLaterRun}`,
            ExpressionAttributeValues: { ':runNumber': { N: String(record.runNumber) } },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

/** What is stored has the version of its names; items of 0.1.0 have none. */
type Stored<T> = T & { readonly version?: number };

function bucketKey(start: number): string {
  return `bucket#${isoTime(start)}`;
}

/** As text, which a person can read, unless it is large: many alerts hold the same names. */
async function bodyOf(state: MonitorState): Promise<AttributeValue> {
  const text = JSON.stringify({ version: STORED_VERSION, ...state });
  return text.length <= MAX_PLAIN_STATE ? { S: text } : { B: await shrink(text, { params: FAST }) };
}

/** Compressed, and cut until it fits. */
async function compressRecord(record: BucketRecord): Promise<Uint8Array> {
  for (let limit = MAX_GROUPS; ; limit = Math.floor(limit / 2)) {
    const plain: PlainRecord = toPlain({ ...record, counts: truncateGroups(record.counts, limit) });
    const bytes = await compress(JSON.stringify({ version: STORED_VERSION, ...plain }));
    if (bytes.length <= MAX_COUNTS_BYTES || limit <= 1) return bytes;
  }
}
