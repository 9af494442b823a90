/** An event, with its whole future. Times are epoch ms. */
export interface TrueEvent {
  readonly referenceId: string;
  readonly id: string;
  readonly createdAt: number;
  readonly timestamp: number;
  readonly account: string;
  readonly schema: string;
  /** The time from which on Togai lists it. */
  readonly visibleAt: number;
  /** The statuses that it has, each from a time on, oldest first; the first from {@link visibleAt} on. */
  readonly statuses: readonly { readonly from: number; readonly status: string }[];
  /** The time from which on it is gone. `undefined`: never. */
  readonly deletedAt?: number | undefined;
}

/** The status of an event at a time; `undefined` while the event is not listed. */
export function statusAt(
  { visibleAt, statuses, deletedAt }: TrueEvent,
  time: number,
): string | undefined {
  if (time < visibleAt || (deletedAt !== undefined && time >= deletedAt)) return undefined;
  let status = statuses[0]?.status;
  for (const change of statuses) if (change.from <= time) status = change.status;
  return status;
}
