import { MonitorError } from '../errors.ts';

/** Raised when the names of stored items change. Items of 0.1.0 have none: they are of version 1. */
export const STORED_VERSION = 2;

/** What version 1 called a property, and what it is called now. No name of an account or schema is a key in stored items. */
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
 * What was stored, with the names of this version.
 *
 * @param where it was stored, for messages
 * @throws MonitorError for what a newer version of the monitor has stored
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
