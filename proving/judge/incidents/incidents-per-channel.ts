import type { PublishedAccount } from '../../history.ts';
import type { Told } from './message-with-run.ts';

/** An incident as the messages of one channel show it. */
export interface Shown {
  readonly id: string;
  readonly subject: string;
  readonly isOpen: boolean;
  /** Oldest first. */
  readonly told: readonly [Told, ...Told[]];
  readonly last: Told;
}

export type ShownIncidents = ReadonlyMap<string, Shown>;

export const isEnd = ({ message: { kind } }: Told) => kind === 'resolved' || kind === 'closed';

/** The incidents of a channel after one more message. */
export function withMessage(shown: ShownIncidents, told: Told): ShownIncidents {
  const { incidentId, subject, kind } = told.message;
  if (incidentId === null || subject === null || kind === 'test') return shown;
  const before = shown.get(incidentId);
  const next: Shown = {
    id: incidentId,
    subject,
    isOpen: !isEnd(told),
    told: before ? [...before.told, told] : [told],
    last: told,
  };
  return new Map([...shown, [incidentId, next]]);
}

/** The incidents of a channel at a time, that moment included. */
export function shownAt(told: readonly Told[], time: number): ShownIncidents {
  let shown: ShownIncidents = new Map();
  for (const one of told) if (one.time <= time) shown = withMessage(shown, one);
  return shown;
}

export function openOf(shown: ShownIncidents, subject: string): Shown[] {
  return [...shown.values()].filter((one) => one.isOpen && one.subject === subject);
}

/** The accounts of an incident whose loss goes on, by the last message. */
export function losingIn({ last }: Shown): readonly PublishedAccount[] {
  return last.message.accounts.filter(({ end, stopped }) => end === null && stopped === null);
}

export function isNamedIn({ last }: Shown, account: string): boolean {
  return last.message.accounts.some(({ name }) => name === account);
}

export function timeOf(iso: string): number {
  return Date.parse(iso);
}
