import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { RefusedItemError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Silence } from '../incidents/silence.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore, StoredCounts, StoredStart } from '../ports.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import type { Range } from '../timeline/time.ts';
import { Pool } from './bucket-codec.ts';
import { bucketKey, fromCountsItem, lookKey, toBucketItem, toLookItem } from './dynamodb-counts.ts';
import {
  fromIncidentItem,
  INCIDENT_PREFIX,
  incidentKey,
  toIncidentItem,
} from './dynamodb-incidents.ts';
import { type Item, nameOfItem, PARTITION } from './dynamodb-items.ts';
import { fromSilenceItem, SILENCE_PREFIX, toSilenceItem } from './dynamodb-silences.ts';
import { fromStateItem, STATE_KEY, toStateItem } from './dynamodb-state.ts';
import { UnreadableItems } from './unreadable-items.ts';

/** How DynamoDB says that an item is too large. Its other validation errors are of no single item. */
const TOO_LARGE = /item size has exceeded/i;

/**
 * The store in a DynamoDB table with the key `pk`, `sk`. One item holds the state, and one item each bucket and each look. The
 * items of a bucket expire (`expiresAt`) after `BUCKET_KEPT_DAYS`.
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
  readonly #unreadable = new UnreadableItems();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async readState(): Promise<MonitorState | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: STATE_KEY, ConsistentRead: true }),
    );
    return this.#stateOf(Item);
  }

  async #stateOf(item: Item | undefined): Promise<MonitorState | undefined> {
    const found = await fromStateItem(item, this.#table);
    for (const one of found?.dropped ?? []) this.#unreadable.add(one);
    return found?.state;
  }

  async readStart(): Promise<StoredStart> {
    const range = { ':first': { S: SILENCE_PREFIX }, ':last': STATE_KEY.sk };
    const items = await Array.fromAsync(this.#query('sk BETWEEN :first AND :last', range));
    const state = items.find(({ sk }) => sk?.S === STATE_KEY.sk.S);
    return { state: await this.#stateOf(state), silences: this.#silencesOf(items) };
  }

  async readSilences(): Promise<readonly Silence[]> {
    const prefix = { ':prefix': { S: SILENCE_PREFIX } };
    const items = this.#query('begins_with(sk, :prefix)', prefix);
    return this.#silencesOf(await Array.fromAsync(items));
  }

  #silencesOf(items: readonly Item[]): Silence[] {
    return items.flatMap((item) => {
      if (!item.sk?.S?.startsWith(SILENCE_PREFIX)) return [];
      const found = fromSilenceItem(item, this.#table);
      if ('scope' in found) return found;
      this.#unreadable.add(found);
      return [];
    });
  }

  writeSilence(silence: Silence): Promise<boolean> {
    const noneYet = 'attribute_not_exists(pk)';
    return this.#put(toSilenceItem(silence), noneYet);
  }

  changeSilence(silence: Silence): Promise<boolean> {
    const isThere = 'attribute_exists(pk)';
    const notEnded = 'attribute_not_exists(ended)';
    return this.#put(toSilenceItem(silence), `${isThere} AND ${notEnded}`);
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
      if (!(error instanceof ConditionalCheckFailedException)) {
        throw this.#refusalOr(error, STATE_KEY.sk.S);
      }
      // The client sends a write again when its answer is lost. The first attempt may have succeeded unseen.
      const stored = await this.readState();
      return stored?.runNumber === state.runNumber && stored.runId === state.runId;
    }
  }

  async readCounts({ start, end }: Range): Promise<StoredCounts> {
    const buckets: BucketRecord[] = [];
    const looks: LookRecord[] = [];
    const pool = new Pool();
    const range = { ':first': bucketKey(start), ':last': lookKey(end - 1 + BUCKET_MS) };
    for await (const item of this.#query('sk BETWEEN :first AND :last', range)) {
      const found = fromCountsItem(item, pool, this.#table);
      if ('counts' in found) buckets.push(found);
      else if ('changes' in found) looks.push(found);
      else this.#unreadable.add(found);
    }
    return { buckets, looks };
  }

  async writeBucket(record: BucketRecord): Promise<boolean> {
    return this.#write(await toBucketItem(record));
  }

  async writeLook(look: LookRecord): Promise<boolean> {
    return this.#write(await toLookItem(look));
  }

  async readIncidents(ids: readonly string[]): Promise<readonly Incident[]> {
    const incidents: Incident[] = [];
    const keys = new Set(ids.map((id) => incidentKey(id).S));
    const prefix = { ':prefix': { S: INCIDENT_PREFIX } };
    for await (const item of this.#query('begins_with(sk, :prefix)', prefix)) {
      if (!keys.has(item.sk?.S ?? '')) continue;
      const found = fromIncidentItem(item, this.#table);
      if ('subject' in found) incidents.push(found);
      else this.#unreadable.add(found);
    }
    return incidents;
  }

  async writeIncident(incident: Incident, runNumber: number): Promise<boolean> {
    return this.#write(await toIncidentItem(incident, runNumber));
  }

  #write(item: Item): Promise<boolean> {
    const ofNoRun = 'attribute_not_exists(runNumber)';
    const ofNoLaterRun = 'runNumber <= :runNumber';
    return this.#put(item, `${ofNoRun} OR ${ofNoLaterRun}`, {
      ':runNumber': item.runNumber ?? { N: '0' },
    });
  }

  /** @returns false where the condition does not hold */
  async #put(item: Item, condition: string, values?: Item): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw this.#refusalOr(error, item.sk?.S ?? '');
    }
  }

  /** All items of a range of keys, in their order. A page is read only when it is needed: together they may be large. */
  async *#query(keys: string, values: Item): AsyncGenerator<Item> {
    let from: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          ConsistentRead: true,
          KeyConditionExpression: `pk = :pk AND ${keys}`,
          ExpressionAttributeValues: { ':pk': { S: PARTITION }, ...values },
          ExclusiveStartKey: from,
        }),
      );
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from);
  }

  unreadable(): readonly UnreadableItem[] {
    return this.#unreadable.list();
  }

  /** @param key the sort key of the item that was written */
  #refusalOr(error: unknown, key: string): unknown {
    const { name, message } = error as Error;
    if (name !== 'ValidationException' || !TOO_LARGE.test(message)) return error;
    return new RefusedItemError(
      `${nameOfItem(key, this.#table)} was refused: it is larger than the 400 KB that DynamoDB takes`,
      { cause: error },
    );
  }
}
