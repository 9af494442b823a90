import { BUCKET, MINUTE } from '../../world/scenario.ts';
import { broken, type Violation } from '../complaint.ts';
import { couldBeMended } from './could-be-mended.ts';
import { type Known, violationAt } from './finished-world.ts';
import {
  losingIn,
  openOf,
  type Shown,
  type ShownIncidents,
  withMessage,
} from './incidents-per-channel.ts';
import { isForPeople } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import { possibleAccounts } from './possible-accounts.ts';

const MOST_OPEN = 5;

/** Messages that open an incident of a cause that another open incident has. */
export function causesTwice({ told, ...known }: Known): Violation[] {
  return [...told.values()].flatMap((messages) => {
    let shown: ShownIncidents = new Map();
    return messages.flatMap((one) => {
      const problem =
        one.message.kind === 'opened' ? problemOf(one, shown, { ...known, told }) : undefined;
      shown = withMessage(shown, one);
      if (!problem) return [];
      const text = `${one.message.subject} (${one.message.incidentId}) opened, and ${problem}`;
      return [violationAt(one.time, broken('one-cause-one-incident', text))];
    });
  });
}

function problemOf(one: Told, shown: ShownIncidents, known: Known): string | undefined {
  const { message } = one;
  const subject = message.subject ?? '';
  const others = openOf(shown, subject).filter(({ id }) => id !== message.incidentId);
  if (subject === 'monitor') {
    const same = others.find(({ last }) => last.message.failure === message.failure);
    return same && `${message.failure} is open`;
  }
  if (others.length >= MOST_OPEN) return `${others.length} others are open`;
  if (message.accounts.length === 0) {
    const same = others.find((other) => namesNobody(other, one, known));
    const span = { start: same?.last.at ?? one.at, end: one.time };
    if (!same) return undefined;
    // The accounts that it names may be silenced.
    const accounts = possibleAccounts(known, message, span);
    const mayNameOthers = known.silences.holding(subject, accounts, span).length > 0;
    return mayNameOthers ? undefined : 'another one that names no account is open';
  }
  for (const { name, end } of message.accounts) {
    const owner = others.find((other) => losingIn(other).some((account) => account.name === name));
    if (owner && end === null && !mayHaveLeft(name, owner, one, known)) {
      return `${name} is in ${owner.id}, which is open`;
    }
  }
  return undefined;
}

/** The newest message about an incident has no account. A pager is not told of accounts that join, so for it other channels say it. */
function namesNobody({ id, last }: Shown, { channel, time }: Told, { told }: Known): boolean {
  const elsewhere = [...told.values()]
    .flat()
    .filter((one) => one.message.incidentId === id && one.time <= time);
  const about = isForPeople(channel) ? [last] : elsewhere;
  return about.every(({ message }) => message.accounts.length === 0);
}

/**
 * The account may be mended since the last message about the other incident, and people were not
 * notified yet.
 */
function mayHaveLeft(account: string, { last }: Shown, { at, time }: Told, known: Known): boolean {
  const { settings } = known.scenario;
  const span = { start: last.at - settings.settleMinutes * MINUTE - 2 * BUCKET, end: at };
  const losses = known.losses.of(last.message.subject ?? '');
  return couldBeMended(account, losses, known.traffic, span, time);
}
