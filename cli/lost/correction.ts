import * as v from 'valibot';
import {
  asObject,
  NotOfThisApi,
  optionalText,
  problemOf,
} from '../../functions/monitor/togai/answer-fields.ts';
import type { TogaiRequest } from '../../functions/monitor/togai/requests.ts';
import type { LostEvent } from './lost-event.ts';

/**
 * Names exactly one event to Togai. `POST /events/correction` corrects every event that its filters meet. With the account alone
 * that is every event of the account. So a correction is made of this class only, and there is none without both ids.
 */
export class OneEvent {
  readonly #accountId: string;
  readonly #referenceId: string;

  private constructor(accountId: string, referenceId: string) {
    this.#accountId = accountId;
    this.#referenceId = referenceId;
  }

  /** @throws where one of the ids is missing; ask `whyNotRedo` before */
  static of({
    accountId,
    referenceId = '',
  }: Pick<LostEvent, 'accountId' | 'referenceId'>): OneEvent {
    if (accountId.trim() === '' || referenceId.trim() === '') {
      throw new Error('a correction names its account and its event');
    }
    return new OneEvent(accountId, referenceId);
  }

  get accountId(): string {
    return this.#accountId;
  }

  get referenceId(): string {
    return this.#referenceId;
  }
}

/** `POST /events/correction`: undoes one event, and takes it in again. */
export function redoRequest(baseUrl: string, event: OneEvent): TogaiRequest {
  const url = new URL('events/correction', baseUrl.replace(/\/*$/, '/'));
  url.searchParams.set('action', 'REDO');
  url.searchParams.set('account_id', event.accountId);
  url.searchParams.set('id', event.referenceId);
  return { url, post: '{}' };
}

/** An event that Togai says it corrected, or refused to. */
export interface Corrected {
  readonly referenceId: string | undefined;
  /** The sender's id. */
  readonly id: string | undefined;
  /** `REVERTED`, `REVERTED_AND_REINGESTED`, `FAILED`, or something new. */
  readonly status: string | undefined;
  readonly reason: string | undefined;
}

const corrected = v.object({
  referenceId: optionalText,
  eventPayload: v.fallback(
    v.optional(v.object({ referenceId: optionalText, id: optionalText })),
    undefined,
  ),
  status: optionalText,
  reason: optionalText,
});
const answer = v.object({ data: v.nullish(v.array(corrected)) });

/** Reads the answer of a correction. @throws NotOfThisApi */
export function readCorrection(json: unknown): Corrected[] {
  const result = v.safeParse(answer, asObject(json));
  if (!result.success) throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  return (result.output.data ?? []).map(({ referenceId, eventPayload, status, reason }) => ({
    referenceId: referenceId || eventPayload?.referenceId,
    id: eventPayload?.id,
    status,
    reason,
  }));
}
