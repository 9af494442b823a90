import type { PublishedMessage } from '../../history.ts';
import { MINUTE } from '../../world/scenario.ts';

const CHANGED_EVERY = 30 * MINUTE;
/** The clocks of two runs may differ by so much. */
const CLOCKS_DIFFER = MINUTE;

/**
 * The monitor's possible memory of its messages about an incident in a channel. Times are epoch ms.
 */
export interface Belief {
  readonly sequence: number;
  /** The last message. */
  readonly at: number;
  readonly isOpen: boolean;
  readonly isCritical: boolean;
  readonly changedAt: number;
  /** The last reminder, or the message that opened the incident. */
  readonly remindedAt: number;
  readonly endedAt: number;
  /** Lost events, as the last message gave them. */
  readonly lost: number;
  /** Why people were notified last. */
  readonly reason: string;
  /** The start of the window of the first message since it opened. */
  readonly windowStart: number;
}

export const NOTHING_TOLD: Belief = {
  sequence: 0,
  at: Number.NEGATIVE_INFINITY,
  isOpen: false,
  isCritical: false,
  changedAt: Number.NEGATIVE_INFINITY,
  remindedAt: Number.NEGATIVE_INFINITY,
  endedAt: Number.NEGATIVE_INFINITY,
  lost: 0,
  reason: '',
  windowStart: Number.POSITIVE_INFINITY,
};

const endOf = ({ endedAt }: PublishedMessage) =>
  endedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(endedAt);

const startOf = ({ window }: PublishedMessage) =>
  window === null ? Number.POSITIVE_INFINITY : Date.parse(window.start);

export function afterMessage(before: Belief, message: PublishedMessage): Belief {
  const { kind, sequence, severity } = message;
  const at = Date.parse(message.at);
  const isOpen = kind !== 'resolved' && kind !== 'closed';
  return {
    sequence,
    at,
    isOpen,
    isCritical: severity === 'critical',
    changedAt: kind === 'changed' ? at : before.changedAt,
    remindedAt: kind === 'opened' || kind === 'reminder' ? at : before.remindedAt,
    endedAt: isOpen ? before.endedAt : endOf(message),
    lost: message.lost ?? 0,
    reason: message.reason ?? '',
    windowStart: before.isOpen ? before.windowStart : startOf(message),
  };
}

/** Why a message must not follow; `undefined` if it may. */
export function problemAfter(
  before: Belief,
  message: PublishedMessage,
  repeatMinutes: number,
): string | undefined {
  if (message.sequence !== before.sequence + 1) {
    return `has the sequence ${message.sequence} after ${before.sequence}`;
  }
  return kindProblem(before, message, repeatMinutes);
}

function kindProblem(
  before: Belief,
  message: PublishedMessage,
  repeatMinutes: number,
): string | undefined {
  const at = Date.parse(message.at);
  const { kind } = message;
  if (kind === 'opened') return before.isOpen ? 'comes while the incident is open' : undefined;
  if (kind === 'resolved' || kind === 'closed') {
    // An incident that began and ended unheard is one message.
    const isMore = endOf(message) > before.endedAt || (message.lost ?? 0) > before.lost;
    const isNews = before.isOpen || before.sequence === 0 || isMore;
    return isNews ? undefined : 'comes after the end was told';
  }
  if (!before.isOpen) return 'comes while the incident is not open';
  if (kind === 'escalated' && (before.isCritical || message.severity !== 'critical')) {
    return 'names no higher severity than was told';
  }
  const isSoon = at - before.changedAt < CHANGED_EVERY - CLOCKS_DIFFER;
  if (kind === 'changed' && isSoon && !tellsAnotherProblem(before, message)) {
    return 'comes within 30 minutes of the last one';
  }
  return kind === 'reminder' ? reminderProblem(before, message, repeatMinutes) : undefined;
}

/** People are told at once of another cause of the same failure. The time passes in every text. */
function tellsAnotherProblem(before: Belief, { subject, reason = '' }: PublishedMessage): boolean {
  const [now, then] = [reason, before.reason].map((text) => text.replaceAll(/\d+/g, ''));
  return subject === 'monitor' && now !== then;
}

function reminderProblem(
  { remindedAt }: Belief,
  { at, accounts, moreAccounts, othersLost }: PublishedMessage,
  repeatMinutes: number,
): string | undefined {
  const isStopped = accounts.length > 0 && accounts.every(({ stopped }) => stopped !== null);
  if (isStopped && moreAccounts + othersLost === 0) return 'comes though all accounts have stopped';
  const since = Date.parse(at) - remindedAt;
  const isDue = repeatMinutes > 0 && since >= repeatMinutes * MINUTE - CLOCKS_DIFFER;
  return isDue ? undefined : `comes ${Math.round(since / MINUTE)} minutes after the last one`;
}
