/** The status that stands for all settled events. */
export const SETTLED = '*';

const GROUPS: Readonly<Record<string, (status: string) => boolean>> = {
  metered: (status) => status === 'INGESTION_COMPLETED_EVENT_METERED',
  unmetered: (status) =>
    status === 'INGESTION_COMPLETED_EVENT_NOT_METERED' ||
    status === 'INGESTION_COMPLETED_NO_MATCHING_METERS',
  failed: (status) =>
    status.startsWith('INGESTION_FAILED') && status !== 'INGESTION_FAILED_DUPLICATE_EVENT',
  duplicate: (status) => status === 'INGESTION_FAILED_DUPLICATE_EVENT',
  in_progress: (status) => status === 'INGESTION_IN_PROGRESS',
  reverted: (status) => status === 'REVERTED',
  total: () => true,
  unknown: (status) =>
    !['metered', 'unmetered', 'failed', 'duplicate', 'in_progress', 'reverted'].some((group) =>
      isOf(group, status),
    ),
};

/** @param subject a status group, `total`, a status, or a pattern with `*` */
export function isOf(subject: string, status: string): boolean {
  const group = GROUPS[subject];
  if (group) return group(status);
  const [first = '', ...rest] = subject.split('*');
  return rest.length === 0 ? status === first : status.startsWith(first);
}

export function isSettled(status: string): boolean {
  return !isOf('in_progress', status) && !isOf('reverted', status);
}

/** Sent to be billed, and not billed as far as is known. */
export function isProblem(status: string): boolean {
  return isOf('unmetered', status) || isOf('failed', status);
}
