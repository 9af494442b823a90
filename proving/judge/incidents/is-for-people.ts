export type Channel = string;

/** Gets critical incidents only: one message that an incident is open, and one that it is over. */
const PAGER = 'pager';

/** Whether a channel gets warnings, accounts that join, and notices. */
export function isForPeople(channel: Channel): boolean {
  return channel !== PAGER;
}
