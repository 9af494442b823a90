import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { Incident } from '../incidents/incident.ts';
import { BUCKET_KEPT_DAYS } from '../timeline/kept-days.ts';
import {
  compressItem,
  expiresAt,
  type Item,
  itemOf,
  nameOfItem,
  removal,
  textIn,
} from './dynamodb-items.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './names-of-older-versions.ts';
import { readIncident } from './stored-incidents.ts';
import { unreadableIncident } from './unreadable-items.ts';

/** Less than DynamoDB takes: a key and a run number are in the item, too. */
const MAX_INCIDENT_BYTES = 380_000;

/** The sort keys of incidents begin with it. */
export const INCIDENT_PREFIX = 'incident#';

export function incidentKey(id: string): AttributeValue.SMember {
  return { S: `${INCIDENT_PREFIX}${id}` };
}

/** The item of an incident: compressed, and without its last accounts where their names are too long for an item. */
export async function toIncidentItem(incident: Incident, runNumber: number): Promise<Item> {
  const sk = incidentKey(incident.id);
  // After its newest evaluation: as long as the counts that a backtest shows beside it.
  const expires = expiresAt(incident.evaluatedTo, BUCKET_KEPT_DAYS);
  return itemOf(sk, runNumber, expires, await compressIncident(incident));
}

async function compressIncident({ accounts, ...incident }: Incident): Promise<Uint8Array> {
  for (let limit = accounts.length; ; limit = Math.floor(limit / 2)) {
    const kept = { version: STORED_VERSION, ...incident, accounts: accounts.slice(0, limit) };
    const bytes = await compressItem(JSON.stringify(kept));
    if (bytes.length <= MAX_INCIDENT_BYTES || limit <= 1) return bytes;
  }
}

/** @param table for messages @returns the incident, or why there is none */
export function fromIncidentItem(item: Item, table: string): Incident | UnreadableItem {
  const key = item.sk?.S ?? '';
  const name = nameOfItem(key, table);
  try {
    const { version, ...stored } = JSON.parse(textIn(item)) as Stored<object>;
    const incident = readIncident(withCurrentNames<unknown>(stored, version, name));
    if (incident) return incident;
  } catch {
    // Reported below, without the reason: it would help nobody.
  }
  return unreadableIncident(name, `use ${removal(key, table)}`);
}
