import { TogaiError } from '../../functions/monitor/errors.ts';
import type { Asker } from '../../functions/monitor/togai/ask-with-retries.ts';
import { NoAnswer } from '../../functions/monitor/togai/no-answer.ts';
import { type OneEvent, readCorrection, redoRequest } from './correction.ts';
import type { Answered } from './redo-one-event.ts';

/** Answers that show that Togai has done nothing. */
const NOTHING_DONE: readonly TogaiError['failure'][] = [
  'unauthorized',
  'forbidden',
  'refused',
  'throttled',
];

/** Never aborted: a request under way must have its end in the journal. */
const NEVER = new AbortController().signal;

/** Corrects one event with each call. The only code that changes anything in Togai. */
export class CorrectingTogai {
  readonly #asker: Asker;
  readonly #baseUrl: string;

  constructor(asker: Asker, baseUrl: string) {
    this.#asker = asker;
    this.#baseUrl = baseUrl;
  }

  async redo(event: OneEvent): Promise<Answered> {
    let isSent = false;
    const onSent = () => {
      isSent = true;
    };
    try {
      const request = redoRequest(this.#baseUrl, event);
      const data = await this.#asker.askOnce(request, readCorrection, onSent, NEVER);
      return { kind: 'answered', data };
    } catch (error) {
      const failure = error instanceof NoAnswer ? withAdvice(error) : error;
      if (!(failure instanceof TogaiError)) throw failure;
      if (!isSent || NOTHING_DONE.includes(failure.failure)) {
        return { kind: 'not_done', error: failure };
      }
      return { kind: 'unanswered', why: failure.message };
    }
  }
}

function withAdvice({ failure, message }: NoAnswer): TogaiError {
  return new TogaiError(
    failure,
    `POST /events/correction ${message}: look at Togai's status page, and at the network`,
  );
}
