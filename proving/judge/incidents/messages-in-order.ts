import type { FaultKind, Scenario } from '../../world/scenario.ts';
import { broken, type Complaint, type Violation } from '../complaint.ts';
import { faultsOf } from './faults-of-channel.ts';
import { type Known, violationAt } from './finished-world.ts';
import { timeOf } from './incidents-per-channel.ts';
import type { Told } from './message-with-run.ts';
import { possibleAccounts } from './possible-accounts.ts';
import { afterMessage, type Belief, NOTHING_TOLD, problemAfter } from './remembered-messages.ts';
import type { RunNote } from './run-notes.ts';
import { overFrom, surelyUntil } from './silences.ts';
import { isLoss } from './true-losses.ts';

/** Faults after which a run may not have stored that a message arrived. */
const UNSTORED: readonly FaultKind[] = [
  'state-write-refused',
  'state-write-unseen',
  'bucket-write-refused',
  'bucket-write-unseen',
  'read-refused',
  'run-killed',
  'run-frozen',
  'killed-after-publish',
  'record-refused',
  'runs-doubled',
  'short-runs',
];

/** Faults after which a run does not know whether a message arrived. */
const UNDELIVERED: readonly FaultKind[] = ['publish-refused', 'publish-unseen'];

/** The possible beliefs about a thread: the messages of one incident in one channel. */
interface Thread {
  readonly beliefs: readonly Belief[];
  /** The ids of the messages that came. */
  readonly ids: ReadonlySet<string>;
}

/**
 * The order of the messages of each incident in each channel. A message whose delivery may not be stored leaves two beliefs:
 * the one before and the one after it. The next message has to fit one of them.
 */
export class MessageOrder {
  readonly #scenario: Scenario;
  readonly #threads = new Map<string, Thread>();
  /** The notices of each channel whose delivery is stored. */
  readonly #notices = new Set<string>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** The world is over. @param told all messages, in the order in which they came */
  judge(told: readonly Told[], known: Known): Violation[] {
    return told.flatMap((one) => {
      const { incidentId, kind } = one.message;
      if (kind === 'test') return [];
      const mayBeUnstored = this.#mayBeUnstored(one.run, one);
      const complaint =
        incidentId === null
          ? this.#notice(one, mayBeUnstored)
          : this.#message(`${one.channel} ${incidentId}`, one, mayBeUnstored, known);
      return complaint ? [violationAt(one.time, complaint)] : [];
    });
  }

  #notice({ channel, message }: Told, mayBeUnstored: boolean): Complaint | undefined {
    const key = `${channel} ${message.id}`;
    if (this.#notices.has(key)) {
      const text = `the notice ${message.id} came again, and nothing stood in the way before`;
      return broken('repeated-only-after-a-crash', text);
    }
    if (!mayBeUnstored) this.#notices.add(key);
    return undefined;
  }

  #message(key: string, one: Told, mayBeUnstored: boolean, known: Known): Complaint | undefined {
    const { message, run } = one;
    const thread = this.#threads.get(key) ?? { beliefs: [NOTHING_TOLD], ids: new Set() };
    const { repeatMinutes } = this.#scenario.settings;
    const judged = thread.beliefs.map((belief) => ({
      belief,
      problem:
        this.#mayOpenAgain(belief, one) || isAfterSilence(belief, one, known)
          ? undefined
          : problemAfter(belief, message, repeatMinutes),
    }));
    const fitting = judged.filter(({ problem }) => problem === undefined);
    const before = fitting.length > 0 ? fitting : judged;
    const after = before.map(({ belief }) => afterMessage(belief, message));
    this.#threads.set(key, {
      beliefs: mayBeUnstored ? [...after, ...thread.beliefs] : after,
      ids: new Set([...thread.ids, message.id]),
    });
    // A run that slept publishes messages that another run has published meanwhile.
    if (fitting.length > 0 || run.mayOversleep) return undefined;
    const text = `${message.kind} of ${message.subject} (${message.incidentId})`;
    if (thread.ids.has(message.id)) {
      const again = `${text} came again, and nothing stood in the way before`;
      return broken('repeated-only-after-a-crash', again);
    }
    return broken('messages-in-order', `${text} ${judged[0]?.problem}`);
  }

  /**
   * It is not known whether people read an end that was refused, or whose run died. So the incident
   * has to open again.
   */
  #mayOpenAgain({ sequence, at }: Belief, { message, channel, time }: Told): boolean {
    const isNext = message.kind === 'opened' && message.sequence === sequence + 1;
    return (
      isNext &&
      faultsOf(this.#scenario, channel).some(
        ({ kind, from, to }) =>
          [...UNDELIVERED, ...UNSTORED].includes(kind) && from <= time && to >= at,
      )
    );
  }

  /** Whether the next run may not know that a message arrived. */
  #mayBeUnstored({ begunAt, endedAt, outcome, mayOversleep, hasStopped }: RunNote, { seen }: Told) {
    const hasEnded = outcome === 'finished' || outcome === 'failed';
    const isStruck = this.#scenario.faults.some(
      ({ kind, from, to }) => UNSTORED.includes(kind) && from <= endedAt && to >= begunAt,
    );
    return !seen || !hasEnded || mayOversleep || hasStopped || isStruck;
  }
}

/** When a silence is over, people are reminded at once of an incident that goes on. */
function isAfterSilence(
  { at, isOpen, sequence, windowStart }: Belief,
  { message, time }: Told,
  known: Known,
): boolean {
  const isNext = message.kind === 'reminder' && isOpen && message.sequence === sequence + 1;
  if (!isNext) return false;
  const span = { start: at, end: time };
  const { subject, window } = message;
  // A level names no account. The window that it breached shows whom it is about.
  const first = isLoss(subject ?? '') ? at : Math.min(at, windowStart);
  const start = window === null ? first : Math.min(first, timeOf(window.start));
  const accounts = possibleAccounts(known, message, { start, end: time });
  return known.silences
    .holding(subject ?? '', accounts, span)
    .some((silence) => surelyUntil(silence) <= time && overFrom(silence) >= at);
}
