import { type MonitorError, TogaiError } from '../../functions/monitor/errors.ts';
import { SECOND_MS } from '../../functions/monitor/timeline/time.ts';
import { type Corrected, OneEvent } from './correction.ts';
import { type Fate, fateOf, wasRedone } from './event-fate.ts';
import type { LostEvent } from './lost-event.ts';
import type { LookUp } from './reading-togai.ts';
import { whyNotRedo } from './why-not-redo.ts';

/** The end of one request. */
export type Answered =
  | { readonly kind: 'answered'; readonly data: readonly Corrected[] }
  /** It is certain that nothing was done. */
  | { readonly kind: 'not_done'; readonly error: MonitorError }
  /** Nobody knows whether it was done. */
  | { readonly kind: 'unanswered'; readonly why: string };

/** The last step of an event. `not_sent`: it may be sent later. */
export type Step = 'redone' | 'refused' | 'unsure' | 'not_sent';

/** The step of an event in the journal: its request may have been sent, and how that ended. */
export type Known = Exclude<Step, 'not_sent'>;

/** Remembers each request before it is sent and after its end. Each write is on the disk when its promise resolves. */
export interface RedoJournal {
  /** `unsure` also where a request was begun and its end is not known. */
  known(event: LostEvent): Known | undefined;
  /** Call before the request. @returns false where another process has begun it */
  begin(event: LostEvent): Promise<boolean>;
  /** Call after it. */
  end(event: LostEvent, step: Step, why: string): Promise<void>;
}

export interface RedoPorts {
  /** @throws TogaiError */
  lookUp(id: string): Promise<LookUp>;
  redo(event: OneEvent): Promise<Answered>;
  readonly journal: RedoJournal;
  wait(ms: number): Promise<void>;
}

export interface RedoResult {
  readonly kind:
    | Known
    | `${Known}_before`
    | Exclude<Fate, 'lost' | 'redone' | 'redone_before'>
    | 'cannot';
  /** Empty where the kind says everything. */
  readonly why: string;
}

/** Togai must say that it corrected this event and no other. Anything else ends the work. */
class OthersCorrected extends TogaiError {}

/** After a request without an answer the event is looked up so many times, after these waits. */
const LOOK_UP_AFTER_MS = [2 * SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS];

/** Failures that say nothing of the event, and would meet the next one too. */
const OF_ALL: readonly TogaiError['failure'][] = [
  'unauthorized',
  'forbidden',
  'throttled',
  'unavailable',
  'unreachable',
];

/**
 * Redoes one event: at most one request, and none where anything speaks against it. If the process is killed at any moment, the
 * journal says that the request may have been sent, and it is not sent again.
 *
 * @param named the statuses that a person has named
 * @throws MonitorError where the next event would fail as well; OthersCorrected
 */
export async function redoOne(
  event: LostEvent,
  ports: RedoPorts,
  named: readonly string[],
): Promise<RedoResult> {
  const { journal } = ports;
  const cannot = whyNotRedo(event, named);
  if (cannot !== undefined) return { kind: 'cannot', why: cannot };
  const known = journal.known(event);
  if (known) return { kind: `${known}_before`, why: '' };
  const lookUp = await lookUpBefore(event, ports);
  if ('kind' in lookUp) return lookUp;
  const fate = fateOf(event, lookUp);
  if (fate === 'redone') return { kind: 'redone_before', why: '' };
  if (fate !== 'lost') return { kind: fate, why: '' };
  const one = OneEvent.of(event);
  if (!(await journal.begin(event))) return { kind: 'unsure_before', why: '' };
  const answered = await ports.redo(one);
  if (answered.kind === 'not_done') {
    await journal.end(event, 'not_sent', answered.error.message);
    if (isOfAll(answered.error)) throw answered.error;
    return { kind: 'refused', why: answered.error.message };
  }
  const data = answered.kind === 'answered' ? answered.data : [];
  const why = answered.kind === 'answered' ? 'the answer does not say it' : answered.why;
  const result = resultOf(data, event) ?? (await seenAfter(event, why, ports));
  await journal.end(event, result.kind, result.why);
  refuseOthers(data, event);
  return result;
}

/** Looks up an event whose request has no known end. It is never sent again. @returns whether it was redone */
export async function settle(event: LostEvent, ports: RedoPorts): Promise<boolean> {
  if (!event.id || !wasRedone(event, await ports.lookUp(event.id))) return false;
  await ports.journal.end(event, 'redone', 'seen later');
  return true;
}

/** An id that Togai does not take, for instance because it is too long, says nothing of the next event. */
async function lookUpBefore(
  { id = '' }: LostEvent,
  ports: RedoPorts,
): Promise<LookUp | RedoResult> {
  try {
    return await ports.lookUp(id);
  } catch (error) {
    if (!(error instanceof TogaiError) || isOfAll(error)) throw error;
    return { kind: 'cannot', why: 'it could not be looked up' };
  }
}

interface Result {
  readonly kind: Known;
  readonly why: string;
}

/** @returns `undefined` where the answer leaves it open */
function resultOf(data: readonly Corrected[], event: LostEvent): Result | undefined {
  const own = data.filter((each) => isOf(each, event));
  if (own.some(({ status }) => status === 'REVERTED_AND_REINGESTED')) {
    return { kind: 'redone', why: '' };
  }
  const failed = own.find(({ status }) => status === 'FAILED');
  return failed && { kind: 'refused', why: failed.reason ?? 'Togai gives no reason' };
}

/** @param unknown why the end is not known */
async function seenAfter(event: LostEvent, unknown: string, ports: RedoPorts): Promise<Result> {
  for (const ms of LOOK_UP_AFTER_MS) {
    await ports.wait(ms);
    try {
      const lookUp = await ports.lookUp(event.id ?? '');
      if (wasRedone(event, lookUp)) return { kind: 'redone', why: 'seen by its id' };
    } catch (error) {
      if (!(error instanceof TogaiError)) throw error;
    }
  }
  return { kind: 'unsure', why: unknown };
}

function isOf({ referenceId, id }: Corrected, event: LostEvent): boolean {
  return referenceId === event.referenceId || (id !== undefined && id === event.id);
}

function isOfAll(error: MonitorError): boolean {
  return !(error instanceof TogaiError) || OF_ALL.includes(error.failure);
}

function refuseOthers(data: readonly Corrected[], event: LostEvent): void {
  const others = data.filter((each) => !isOf(each, event));
  if (others.length === 0) return;
  throw new OthersCorrected(
    'unreadable',
    `POST /events/correction was asked for ${event.referenceId} alone and was answered with ${others.length} other events, so nothing more was sent: look them up in Togai (${others[0]?.referenceId}), and ask Togai`,
  );
}
