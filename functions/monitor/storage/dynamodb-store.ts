import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore } from '../ports.ts';
import type { Range } from '../timeline/time.ts';
import { Pool } from './bucket-codec.ts';
import {
  bucketKey,
  fromBucketItem,
  fromStateItem,
  PARTITION,
  STATE_KEY,
  toBucketItem,
  toStateItem,
} from './dynamodb-items.ts';

/**
 * The store in a DynamoDB table with the key `pk`, `sk`. One item holds the state, and one item each bucket. The item of a
 * bucket expires 40 days after the bucket began (`expiresAt`).
 *
 * A run may die between any two writes, and the answer to a write may be lost. So each
 * write replaces a single item, under a condition on the run number: it is complete or absent, and a repetition is harmless.
 */
export function createDynamoDbStore(client: DynamoDBClient, table: string): MonitorStore {
  return new DynamoDbStore(client, table);
}

class DynamoDbStore implements MonitorStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async readState(): Promise<MonitorState | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: STATE_KEY, ConsistentRead: true }),
    );
    return fromStateItem(Item, this.#table);
  }

  async writeState(state: MonitorState, expected: number | undefined): Promise<boolean> {
    const noneYet = 'attribute_not_exists(pk)';
    const stillThatRun = 'runNumber = :expected';
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: await toStateItem(state),
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
      // The client sends a write again when its answer is lost. The first attempt may have succeeded unseen.
      const stored = await this.readState();
      return stored?.runNumber === state.runNumber && stored.runId === state.runId;
    }
  }

  async readBuckets({ start, end }: Range): Promise<BucketRecord[]> {
    const records: BucketRecord[] = [];
    const pool = new Pool();
    let from: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': { S: PARTITION },
            ':first': bucketKey(start),
            ':last': bucketKey(end - 1),
          },
          ExclusiveStartKey: from,
        }),
      );
      for (const item of page.Items ?? []) {
        const record = await fromBucketItem(item, pool, this.#table);
        if (record) records.push(record);
      }
      from = page.LastEvaluatedKey;
    } while (from);
    return records;
  }

  async writeBucket(record: BucketRecord): Promise<boolean> {
    const noneYet = 'attribute_not_exists(pk)';
    const ofNoLaterRun = 'runNumber <= :runNumber';
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: await toBucketItem(record),
          ConditionExpression: `${noneYet} OR ${ofNoLaterRun}`,
          ExpressionAttributeValues: { ':runNumber': { N: String(record.runNumber) } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
