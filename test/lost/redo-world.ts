import type { OneEvent } from '../../cli/lost/correction.ts';
import { FileJournal } from '../../cli/lost/journal.ts';
import type { LostEvent, Question } from '../../cli/lost/lost-event.ts';
import type { LookUp } from '../../cli/lost/reading-togai.ts';
import { RedoCounter, redoAll } from '../../cli/lost/redo-all.ts';
import type { Answered, RedoPorts } from '../../cli/lost/redo-one-event.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { MINUTE } from '../simulator/simulated-togai.ts';
import { NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';

/**
 * How Togai answers a correction.
 *
 * - `lost answer`: done, without an answer
 * - `no answer`: not done, without an answer
 * - `empty`: done, with an answer that names nothing
 * - `throttled`: certainly not done
 */
export type Behaviour = 'done' | 'refused' | 'lost answer' | 'no answer' | 'empty' | 'throttled';

export const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

export function lostEvent(name: string, status = NOT_METERED): LostEvent {
  return {
    referenceId: `ref-${name}`,
    id: `id-${name}`,
    accountId: 'acme',
    schemaName: 'orders',
    createdAt: NOW,
    timestamp: NOW,
    status,
    statusDescription: undefined,
  };
}

/** Asks for all events of two minutes around these. */
export const QUESTION: Question = {
  range: { start: NOW - MINUTE, end: NOW + MINUTE },
  accounts: undefined,
  schema: undefined,
  statuses: ['unmetered'],
};

export function usageEvent(event: LostEvent, changes: Partial<UsageEvent> = {}): UsageEvent {
  return { ...event, identity: event.referenceId, ...changes };
}

export const lookUpOf = (...events: UsageEvent[]): LookUp => ({
  events,
  malformed: 0,
  details: [],
});

/** A Togai with some lost events, and a journal in a file, that outlive the processes that redo them. */
export class RedoWorld {
  readonly events: readonly LostEvent[];
  /** Togai's ids of the requests, in their order. */
  readonly requests: string[] = [];
  /** Togai's ids of the events that were taken in again. */
  readonly redone: string[] = [];
  readonly clock = createJumpingClock(NOW);
  readonly journal = `${emptyFolder()}/journal.jsonl`;
  readonly #behaviours: ReadonlyMap<string, Behaviour>;

  constructor(behaviours: readonly Behaviour[]) {
    this.events = behaviours.map((_, index) => lostEvent(String(index)));
    this.#behaviours = new Map(behaviours.map((each, index) => [`ref-${index}`, each]));
  }

  /**
   * A process that redoes all events.
   *
   * @param intercept gets each call of the process to the outside, and decides whether it is made, and whether it ends
   */
  async process(intercept: Intercept = (_, call) => call()) {
    const { clock, events } = this;
    const { signal } = new AbortController();
    const togai = 'https://api.togai.com';
    const open = () =>
      FileJournal.open({ path: this.journal, togai, question: QUESTION, clock, signal });
    const journal = await intercept('open', open);
    const ports: RedoPorts & { readonly journal: Pick<FileJournal, 'unsure'> } = {
      lookUp: (id) => intercept('lookUp', async () => this.#lookUp(id)),
      redo: (one) => intercept('redo', async () => this.#redo(one)),
      wait: (ms) => intercept('wait', () => clock.sleep(ms, signal)),
      journal: {
        known: (event) => journal.known(event),
        unsure: () => journal.unsure(),
        begin: (event) => intercept('begin', () => journal.begin(event)),
        end: (...args) => intercept('end', () => journal.end(...args)),
      },
    };
    const sums = new RedoCounter();
    async function* all() {
      yield* events;
    }
    const error = await redoAll(all(), ports, { named: [], sums, signal });
    return { error, sums, journal };
  }

  #lookUp(id: string): LookUp {
    const event = this.events.find((each) => each.id === id);
    if (!event) return lookUpOf();
    if (!this.redone.includes(event.referenceId ?? '')) return lookUpOf(usageEvent(event));
    const again = { referenceId: `again-${event.referenceId}`, createdAt: NOW + 1 };
    return lookUpOf(
      usageEvent(event, { ...again, status: 'INGESTION_IN_PROGRESS' }),
      usageEvent(event, { status: 'REVERTED' }),
    );
  }

  #redo({ referenceId }: OneEvent): Answered {
    this.requests.push(referenceId);
    const behaviour = this.#behaviours.get(referenceId);
    const id = referenceId.replace('ref', 'id');
    if (behaviour === 'throttled') {
      return { kind: 'not_done', error: new TogaiError('throttled', '429 that did not end') };
    }
    if (behaviour === 'no answer') return { kind: 'unanswered', why: 'the connection broke' };
    if (behaviour === 'refused') {
      const reason = 'Event was ingested in past pricing cycle';
      return { kind: 'answered', data: [{ referenceId, id, status: 'FAILED', reason }] };
    }
    this.redone.push(referenceId);
    if (behaviour === 'lost answer') return { kind: 'unanswered', why: 'the connection broke' };
    if (behaviour === 'empty') return { kind: 'answered', data: [] };
    const status = 'REVERTED_AND_REINGESTED';
    return { kind: 'answered', data: [{ referenceId, id, status, reason: undefined }] };
  }
}

export type Intercept = <T>(name: string, call: () => Promise<T>) => Promise<T>;
