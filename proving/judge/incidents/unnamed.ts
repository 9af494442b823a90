import { BUCKET, HOUR, MINUTE } from '../../world/scenario.ts';
import type { Span } from '../span.ts';
import type { Evaluated } from './evaluated.ts';
import type { Known } from './finished-world.ts';
import { openOf, type Shown, timeOf } from './incidents-per-channel.ts';
import type { Loss } from './true-losses.ts';

/** A named account has lost so many events, and with them such a share of its own. */
const LEAST_LOST = 5;
const CLEAR_SHARE = 0.06;
/** Accounts that begin to lose within this time of each other are one cause. */
const TOGETHER = 30 * MINUTE;
const CHANGED_EVERY = 30 * MINUTE;
const MOST_OPEN = 5;
const LATELY = 15 * MINUTE;
/** Buckets with less than this share of an account's worst bucket are before its loss. */
const BEGINNING = 0.1;

/**
 * Why an account that alone breaches a threshold is not notified in time; `undefined` if it is, or
 * may still wait.
 *
 * @param own its losses, all of the window
 */
export function unnamedProblem(
  known: Known,
  one: Evaluated,
  subject: string,
  own: readonly Loss[],
): string | undefined {
  const account = own[0]?.account ?? '';
  const { window, run, after } = one;
  const wide = { start: window.start - HOUR, end: run.endedAt };
  const shown = [...after.values()].filter((each) => each.subject === subject);
  if (!isClear(known, own, wide)) return undefined;
  if (shown.some((each) => isTold(known, each, own, run.endedAt))) return undefined;
  const open = openOf(after, subject);
  if (open.length === 0) return `${account} alone breaches it, and no message names it`;
  if (isOnItsOwn(known, subject, account, open, run.endedAt)) {
    return `${account} began long after ${open.map(({ id }) => id)}, and no incident of it is open`;
  }
  // It may join an open incident. People are notified of that every half hour, if the loss still
  // goes on.
  const isLosing = own.some(({ becameAt }) => becameAt >= window.end - LATELY);
  const isWaiting = open.some(({ last }) => run.at - last.at < CHANGED_EVERY);
  if (!isLosing || isWaiting) return undefined;
  return `${account} alone breaches it, and no message has named it for half an hour`;
}

/** Losses of an account that are more than strays. @param span the time of its events */
function isClear({ traffic, scenario }: Known, own: readonly Loss[], span: Span): boolean {
  const created = traffic.createdIn(own[0]?.account ?? '', span);
  return own.length * scenario.weight >= LEAST_LOST && own.length >= CLEAR_SHARE * created;
}

/** A message names the account as losing, or as mended no earlier than the newest loss but strays. */
function isTold(known: Known, { isOpen, last }: Shown, own: readonly Loss[], now: number): boolean {
  const first = Math.min(...own.map(({ becameAt }) => becameAt));
  if (!isOpen && last.time <= first) return false;
  if (last.message.moreAccounts > 0) return true;
  const entry = last.message.accounts.find(({ name }) => name === own[0]?.account);
  if (!entry || entry.end === null || !isOpen) return entry !== undefined;
  const end = timeOf(entry.end);
  const later = own.filter(({ event }) => known.runs.pieceAt(event.createdAt).start - BUCKET > end);
  return !isClear(known, later, { start: end, end: now });
}

/** Its loss began when the time to join an open incident was over. */
function isOnItsOwn(
  { losses, runs, scenario }: Known,
  subject: string,
  account: string,
  open: readonly Shown[],
  now: number,
): boolean {
  if (open.length >= MOST_OPEN) return false;
  const onsets = open.flatMap(({ last: { message, at } }) =>
    [message.onset, ...message.accounts.map(({ onset }) => onset)].map((onset) =>
      onset === null ? at : timeOf(onset),
    ),
  );
  const from = Math.min(...onsets) - scenario.settings.windowMinutes * MINUTE;
  const to = Math.max(...onsets) + TOGETHER + 2 * BUCKET;
  const own = losses
    .of(subject)
    .filter(({ account: name, becameAt }) => name === account && becameAt <= now)
    .filter(({ event }) => event.createdAt >= from);
  const pieces = [...Map.groupBy(own, ({ event }) => runs.pieceAt(event.createdAt).start).values()];
  const worst = Math.max(...pieces.map(({ length }) => length));
  return !pieces.some(
    (piece) =>
      piece.length >= BEGINNING * worst && Math.min(...piece.map(({ becameAt }) => becameAt)) < to,
  );
}
