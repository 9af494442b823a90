import { MonitorError } from '../errors.ts';

/** Raised when the names of stored items change. Items of 0.1.0 have no version: they are of version 1. */
export const STORED_VERSION = 2;

/** An item as it is stored: with the version of its names. */
export type Stored<T> = T & { readonly version?: number };

/** Names of properties in version 1, and their names now. No account or schema is a key in stored items, so none is renamed. */
const NAMES_OF_VERSION_1: Readonly<Record<string, string>> = {
  counts: 'byName',
  cut: 'truncated',
  failures: 'bucketFailures',
  fingerprint: 'configHash',
  frontier: 'watermark',
  holed: 'partial',
  judgedTo: 'evaluatedTo',
  lastToldAt: 'lastNotifiedAt',
  pending: 'outbox',
  quiet: 'retryAfter',
  restUntil: 'coolDownUntil',
  tally: 'counts',
  told: 'notified',
  toldEnd: 'notifiedEnd',
  toldGroups: 'notifiedGroups',
  troubles: 'monitorFailures',
};

/**
 * Gives the properties of a stored item their names of this version.
 *
 * @param version of the item; `undefined` for an item of 0.1.0
 * @param where the item is stored, for messages
 * @throws MonitorError for an item of a newer version: this version could misread it, and overwrite it
 */
export function withCurrentNames<T>(stored: T, version: number | undefined, where: string): T {
  if (version === STORED_VERSION) return stored;
  if (version === undefined || version === 1) return renamed(stored) as T;
  throw new MonitorError(
    `${where} was stored by a newer version of this monitor (${version}, and this one reads up to ${STORED_VERSION}), so nothing was done; deploy the newer version again, or remove ${where} to start anew`,
  );
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      Object.hasOwn(NAMES_OF_VERSION_1, name) ? NAMES_OF_VERSION_1[name] : name,
      name === 'ending' && inner === 'group waived' ? 'group ignored' : renamed(inner),
    ]),
  );
}
