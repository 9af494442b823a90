import { MonitorError, TogaiError } from '../../functions/monitor/errors.ts';
import type { FileJournal } from './journal.ts';
import type { LostEvent } from './lost-event.ts';
import { type RedoPorts, type RedoResult, redoOne, settle } from './redo-one-event.ts';
import type { RedoSums } from './redo-report.ts';
import { increase } from './sums.ts';

/** After so many requests in a row without a known end, nothing more is sent. */
const MOST_UNSURE = 3;

/** The steps of all events so far. */
export class RedoCounter implements RedoSums {
  readonly kinds = new Map<string, number>();
  readonly refused = new Map<string, number>();
  readonly unsure: string[] = [];
  #unsureInARow = 0;

  add({ referenceId = '' }: LostEvent, { kind, why }: RedoResult): void {
    increase(this.kinds, kind);
    if (kind === 'refused') increase(this.refused, why);
    if (kind === 'unsure') this.unsure.push(referenceId);
    this.#unsureInARow = kind === 'unsure' ? this.#unsureInARow + 1 : 0;
  }

  /** Whether some need a person: they were refused, or their end is not known. */
  get isClean(): boolean {
    return this.unsure.length === 0 && this.refused.size === 0;
  }

  /** @throws TogaiError where one request after another has no known end */
  check(): void {
    if (this.#unsureInARow < MOST_UNSURE) return;
    throw new TogaiError(
      'unavailable',
      `${MOST_UNSURE} requests in a row have no known end, so nothing more was sent: look at Togai's status page, and run the same command again later`,
    );
  }
}

/**
 * Redoes events one after another. First it looks up those that an earlier run has left unsure; they are not sent again.
 *
 * @returns the error that ended it early, if one did; everything so far is in the sums
 * @throws the reason of the signal when it aborts, between two events
 */
export async function redoAll(
  events: AsyncIterable<LostEvent>,
  ports: RedoPorts & { readonly journal: Pick<FileJournal, 'unsure'> },
  { named, sums, onEach, signal }: RedoAllOptions,
): Promise<MonitorError | undefined> {
  try {
    for (const event of ports.journal.unsure()) {
      const isRedone = await settle(event, ports);
      sums.add(event, { kind: isRedone ? 'redone' : 'unsure', why: '' });
    }
    for await (const event of events) {
      signal.throwIfAborted();
      if (ports.journal.known(event) === undefined) {
        sums.add(event, await redoOne(event, ports, named));
        sums.check();
        onEach?.();
      }
    }
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MonitorError) return error;
    throw error;
  }
}

interface RedoAllOptions {
  /** The statuses that a person has named. */
  readonly named: readonly string[];
  readonly sums: RedoCounter;
  /** Called after each event that was not done before. @default nothing */
  readonly onEach?: () => void;
  readonly signal: AbortSignal;
}
