/** Togai's ingestion statuses, and the status groups of this monitor. */

export const STATUS_GROUPS = [
  'metered',
  'unmetered',
  'failed',
  'duplicate',
  'in_progress',
  'reverted',
  'unknown',
] as const;

export type StatusGroup = (typeof STATUS_GROUPS)[number];

export const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
export const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** Source: Togai's OpenAPI of event management (`IngestionStatus`) and its older clients. */
const GROUP_OF_STATUS: ReadonlyMap<string, StatusGroup> = new Map([
  [METERED, 'metered'],
  ['INGESTION_COMPLETED', 'metered'],
  ['INGESTION_COMPLETED_EVENT_NOT_METERED', 'unmetered'],
  ['INGESTION_COMPLETED_EVENT_NOT_BILLED', 'unmetered'],
  ['INGESTION_COMPLETED_NO_MATCHING_METERS', 'unmetered'],
  ['INGESTION_FAILED', 'failed'],
  ['INGESTION_FAILED_SCHEMA_NOT_DEFINED', 'failed'],
  ['INGESTION_FAILED_ENRICHMENT_FAILED', 'failed'],
  ['INGESTION_FAILED_UNITS_INVALID', 'failed'],
  ['INGESTION_FAILED_PAST_GRACE_PERIOD', 'failed'],
  ['INGESTION_FAILED_ACCOUNT_NOT_FOUND', 'failed'],
  ['INGESTION_FAILED_NO_EVENT_ID', 'failed'],
  ['INGESTION_FAILED_INVALID_NAMED_LICENSE_EVENT', 'failed'],
  ['INGESTION_FAILED_INSUFFICIENT_CREDITS', 'failed'],
  ['INGESTION_FAILED_EVENT_INVALID', 'failed'],
  ['INGESTION_FAILED_DUPLICATE_EVENT', 'duplicate'],
  [IN_PROGRESS, 'in_progress'],
  ['REVERTED', 'reverted'],
  ['UNKNOWN', 'unknown'],
]);

export const KNOWN_STATUSES: readonly string[] = [...GROUP_OF_STATUS.keys()];

/** Names in Togai's examples until March 2024. Events of that time have them; no document of today lists them. */
const OLDER_NAMES = ['INGESTION_COMPLETED', 'INGESTION_COMPLETED_EVENT_NOT_BILLED'];

/** The statuses that Togai's documents of today name. A server may refuse a query for another one. */
export const DOCUMENTED_STATUSES: readonly string[] = KNOWN_STATUSES.filter(
  (status) => !OLDER_NAMES.includes(status),
);

/** The group of a status. A status that this version does not know is `unknown`, unless it names a failure. */
export function groupOf(status: string): StatusGroup {
  // The failures that Togai names grew five times within eight months.
  return (
    GROUP_OF_STATUS.get(status) ?? (status.startsWith('INGESTION_FAILED_') ? 'failed' : 'unknown')
  );
}

/** Settled: Togai has decided about the event, and the decision still stands. */
export function isSettled(status: string): boolean {
  const group = groupOf(status);
  return group !== 'in_progress' && group !== 'reverted';
}

/** The groups of problems: events that were sent to be billed and, as far as is known, will not be. A duplicate is none: its original is counted. */
export const PROBLEM_GROUPS: readonly StatusGroup[] = ['unmetered', 'failed', 'unknown'];

export function isProblem(status: string): boolean {
  return PROBLEM_GROUPS.includes(groupOf(status));
}
