import { MINUTE_MS } from '../timeline/time.ts';
import { cycleReason } from './critical-before-cycle-end.ts';
import type { Incident, IncidentAccount, IncidentEnd, IncidentKind, Notified } from './incident.ts';
import type { HeardPart } from './leave-out-silenced.ts';
import type { FailureState } from './monitor-failures.ts';
import { isLosing, partsOf } from './parts-of-incident.ts';

/** Joined and mended accounts are notified at most this often. */
const CHANGED_INTERVAL_MS = 30 * MINUTE_MS;

/** The part of a channel that decides about its notifications. */
export interface NotifiedChannel {
  /** Names it in stored records: `sns`. */
  readonly name: string;
  /**
   * Gets critical incidents only: one message that an incident is open, and one that it is over.
   * @default false
   */
  readonly criticalOnly?: boolean | undefined;
}

export interface NotifyOptions {
  /** How often people are reminded; 0: never. */
  readonly repeatMs: number;
  /** The silences of the incident. @default nothing is silenced */
  readonly silenced?: Pick<HeardPart, 'isSilenced' | 'acknowledgedBy' | 'silencedTo'>;
  /** See {@link NotifiedChannel}. @default false */
  readonly criticalOnly?: boolean | undefined;
}

const NOT_SILENCED = { isSilenced: false, acknowledgedBy: undefined, silencedTo: undefined };

/** Why people are notified now. */
export interface Need {
  readonly kind: IncidentKind;
  /** A sentence. */
  readonly reason: string;
}

/**
 * The notification that a channel needs, if any. The only place that decides it.
 *
 * @param incident without the part of it that is silenced
 * @param last the last notification of the channel; `undefined` before the first
 * @param now the time of the run, epoch ms
 */
export function needsNotification(
  incident: Incident,
  last: Notified | undefined,
  now: number,
  options: NotifyOptions,
): Need | undefined {
  // Where people know of the beginning, they are notified of the end.
  const isSilent = options.silenced?.isSilenced && !(incident.end && last && !hasEnded(last));
  if (isSilent) return undefined;
  const need = needOf(incident, last, now, options);
  return need && options.criticalOnly && !isForPager(need.kind, incident, last) ? undefined : need;
}

/** A page of a warning, or of an end without a beginning, would only be noise. */
function isForPager(kind: IncidentKind, { end, severity }: Incident, last?: Notified): boolean {
  if (end) return last !== undefined && !hasEnded(last);
  return kind === 'opened' && severity === 'critical';
}

function needOf(
  incident: Incident,
  last: Notified | undefined,
  now: number,
  { repeatMs, silenced = NOT_SILENCED }: NotifyOptions,
): Need | undefined {
  if (incident.end) return afterEnd(incident, last);
  // People may have read of an end although its delivery is not known.
  if (!last || hasEnded(last) || incident.reopened > (last.reopened ?? 0)) {
    return opened(incident, last, now);
  }
  if (incident.severity === 'critical' && last.severity === 'warning') {
    const reason = cycleReason(incident, now) ?? `It breaches ${incident.threshold} now.`;
    return { kind: 'escalated', reason };
  }
  const isReminding = silenced.acknowledgedBy === undefined && isGoingOn(incident);
  if (isReminding && (silenced.silencedTo ?? 0) > last.at) {
    return { kind: 'reminder', reason: 'Its silence is over, and it goes on.' };
  }
  const change = changeOf(incident, last, now);
  if (change) return change;
  const isDue = repeatMs > 0 && now - last.at >= repeatMs;
  return isDue && isReminding
    ? { kind: 'reminder', reason: incident.failure?.what ?? 'It goes on.' }
    : undefined;
}

/** The record of a channel once a message has reached it. */
export function notifiedOf(
  { evaluatedTo, severity, end, reopened, accounts }: Incident,
  last: Notified | undefined,
  kind: IncidentKind,
  now: number,
): Notified {
  return {
    sequence: (last?.sequence ?? 0) + 1,
    kind,
    severity,
    named: accounts.length,
    mended: mendedIn(accounts),
    reopened,
    at: now,
    changedAt: kind === 'reminder' ? (last?.changedAt ?? now) : now,
    evaluatedTo: end?.seenAt ?? evaluatedTo,
  };
}

/** Whether every channel has all that there is to say: the incident is over, and nobody waits for its end. */
export function isTold(incident: Incident, channels: readonly NotifiedChannel[]): boolean {
  const { end, notified } = incident;
  if (!end) return false;
  return channels.every(
    ({ name, criticalOnly }) =>
      !needsNotification(incident, notified[name], end.seenAt, { repeatMs: 0, criticalOnly }),
  );
}

/**
 * A state without the failures that are over for every channel. Call it when no message is under
 * way: one channel may be told of the beginning while the others are told of the end.
 */
export function withoutToldFailures<S extends FailureState>(
  state: S,
  channels: readonly NotifiedChannel[],
): S {
  const entries = Object.entries(state.failures);
  const needed = entries.filter(([, failure]) => !isTold(failure, channels));
  if (needed.length === entries.length) return state;
  return { ...state, failures: Object.fromEntries(needed) };
}

function mendedIn(accounts: readonly IncidentAccount[]): number {
  return accounts.filter(({ endedAt }) => endedAt !== undefined).length;
}

function hasEnded({ kind }: Notified): boolean {
  return kind === 'resolved' || kind === 'closed';
}

/**
 * Whether a channel knows this end. The incident may have begun again and ended once more since an
 * earlier one.
 */
function knowsEnd(last: Notified, { seenAt }: IncidentEnd): boolean {
  return hasEnded(last) && last.evaluatedTo >= seenAt;
}

/**
 * An end for the people who know of the beginning only: there was no loss, or a person asked for
 * the end.
 */
function isQuietEnd(nature: Incident['nature'], { kind, isAsked }: IncidentEnd): boolean {
  return isAsked === true || (kind === 'closed' && nature !== 'loss');
}

function afterEnd(
  { end, failure, nature }: Incident,
  last: Notified | undefined,
): Need | undefined {
  if (!end || (last && knowsEnd(last, end))) return undefined;
  if (failure) return { kind: 'resolved', reason: failure.what };
  if ((!last || hasEnded(last)) && isQuietEnd(nature, end)) return undefined;
  if (end.kind === 'closed') {
    return { kind: 'closed', reason: `It is closed, and not known to be solved: ${end.because}.` };
  }
  return last && !hasEnded(last)
    ? { kind: 'resolved', reason: 'It is over.' }
    : { kind: 'resolved', reason: 'It began and ended before anybody could be notified.' };
}

function opened(incident: Incident, last: Notified | undefined, now: number): Need {
  if (incident.failure) return { kind: 'opened', reason: incident.failure.what };
  const begun = last ? 'It had ended, and has begun again.' : `It breaches ${incident.threshold}.`;
  const cycle = cycleReason(incident, now);
  return { kind: 'opened', reason: cycle ? `${begun} ${cycle}` : begun };
}

function changeOf(
  { accounts, failure, evaluatedTo: changed }: Incident,
  last: Notified,
  now: number,
): Need | undefined {
  const { evaluatedTo, changedAt } = last;
  // Another problem is notified at once.
  if (failure) return changed > evaluatedTo ? { kind: 'changed', reason: failure.what } : undefined;
  if (now - changedAt < CHANGED_INTERVAL_MS) return undefined;
  // A window end may be evaluated again after people were notified of it.
  const joinedLater = accounts.filter(({ joinedAt }) => joinedAt > evaluatedTo).length;
  const joined = Math.max(joinedLater, accounts.length - (last.named ?? accounts.length));
  const mendedLater = accounts.filter(({ mendedAt = 0 }) => mendedAt > evaluatedTo).length;
  const mended = Math.max(mendedLater, mendedIn(accounts) - (last.mended ?? mendedIn(accounts)));
  if (joined + mended === 0) return undefined;
  const parts = [
    ...(joined > 0
      ? [`${joined} more ${joined === 1 ? 'account loses' : 'accounts lose'} events`]
      : []),
    ...(mended > 0 ? [`${mended} ${mended === 1 ? 'account is' : 'accounts are'} mended`] : []),
  ];
  return { kind: 'changed', reason: `${parts.join(', ')}.` };
}

/**
 * The newest counts have a loss, or a breach. An account that sends nothing any more is no news.
 */
function isGoingOn(incident: Incident): boolean {
  const { nature, okEnds, isQuiet } = incident;
  if (nature === 'failure') return true;
  if (nature === 'level') return okEnds.length === 0;
  return !isQuiet && partsOf(incident).some(isLosing);
}
