import * as v from 'valibot';
import { TogaiError } from '../errors.ts';
import { LOCK_OUT_MS, LOCK_OUT_REJECTIONS } from '../events/togai-lock-out.ts';
import { inWords, printable } from '../text/text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { NotOfThisApi } from './answer-fields.ts';
import { FailedAnswer } from './empty-list-with-message.ts';
import type { Answer } from './exchange.ts';
import { NoAnswer } from './no-answer.ts';
import { parseJson } from './parse-json.ts';
import { isPassing } from './retry-passing-failures.ts';

export interface AnswerContext {
  /** The request, for messages: `GET https://api.togai.com/events`. */
  readonly attempted: string;
  /** Where a person puts another token, for messages. */
  readonly tokenSource: string;
  /** Takes the token out of a text. */
  readonly redact: (text: string) => string;
}

/**
 * Reads an answer other than 429.
 *
 * @param read gives the parsed body its type
 * @throws NoAnswer where another attempt may bring a readable answer; TogaiError where it would not
 */
export function readAnswer<T>(
  answer: Answer,
  read: (json: unknown) => T,
  context: AnswerContext,
): T {
  const { status, body } = answer;
  const { attempted, redact } = context;
  if (isPassing(status)) {
    const quoted = quoteError(body, redact);
    throw new NoAnswer('unavailable', `was answered with ${status}${quoted}`, true);
  }
  if (status < 200 || status > 299) throw refusalOf(answer, context);
  try {
    return parseJson(body, redact, read);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const kind = describeBody(body, answer.headers.get('content-type'));
      throw new NoAnswer('unavailable', `was answered with ${kind} instead of JSON`, true);
    }
    if (error instanceof FailedAnswer) {
      throw new NoAnswer('unavailable', `was answered with ${redact(error.message)}`, true);
    }
    if (!(error instanceof NotOfThisApi)) throw error;
    throw new TogaiError(
      'unreadable',
      `${attempted} was answered with ${redact(error.message)}, which is no answer of Togai's events API: check the base URL`,
    );
  }
}

/** An answer that a repetition would not change. */
function refusalOf(
  { status, headers, body }: Answer,
  { attempted, tokenSource, redact }: AnswerContext,
): TogaiError {
  const answered = `${attempted} was answered with ${status}${quoteError(body, redact)}`;
  if (status === 401) {
    return new TogaiError(
      'unauthorized',
      `${answered}: Togai does not accept the token. The monitor does not try this token again, because Togai blocks an IP address after ${inWords(LOCK_OUT_REJECTIONS)} refused tries in ${durationInWords(LOCK_OUT_MS)}; put a new token into ${tokenSource}`,
    );
  }
  if (status === 403 && isHtml(body, headers.get('content-type'))) {
    return new TogaiError(
      'refused',
      `${attempted} was answered with 403 and HTML: a firewall or a proxy on the way refuses it, not Togai; ask the people who run the network to let it through`,
    );
  }
  if (status === 403) {
    return new TogaiError(
      'forbidden',
      `${answered}: the token is valid but may not ${permissionFor(attempted)}; give it that permission in Togai, or put another one into ${tokenSource}`,
    );
  }
  if (status === 400 || status === 422) {
    return new TogaiError(
      'refused',
      `${answered}: Togai cannot work with this request; try a shorter or more recent range, and if that does not help please report it to this project`,
    );
  }
  if (status < 300 || status > 399) {
    return new TogaiError(
      'refused',
      `${answered}: this is not how Togai's events API answers; check the base URL`,
    );
  }
  const target = headers.get('location');
  const where = target === null ? '' : ` to ${printable(redact(target), 200)}`;
  return new TogaiError(
    'refused',
    `${answered}${where}, a redirect, which is not followed so that the token goes nowhere else: check the base URL`,
  );
}

/** The permission that a request needs. @param attempted `POST https://api.togai.com/metrics` */
function permissionFor(attempted: string): string {
  if (attempted.endsWith('/metrics')) return 'read metrics';
  return attempted.startsWith('POST ') ? 'correct events' : 'list events';
}

function describeBody(body: string, contentType: string | null): string {
  if (body.trim() === '') return 'an empty body';
  if (isHtml(body, contentType)) return 'HTML';
  if (/^\s*[[{]/.test(body)) return 'truncated or broken JSON';
  return 'something';
}

function isHtml(body: string, contentType: string | null): boolean {
  return /^\s*</.test(body) || (contentType?.includes('html') ?? false);
}

/** Togai's own message in quotation marks, with a space before it; empty where the body has none. */
export function quoteError(body: string, redact: (text: string) => string): string {
  try {
    const message = parseJson(body, redact, readErrorMessage);
    return message === undefined ? '' : ` ("${printable(redact(message), 500)}")`;
  } catch {
    return '';
  }
}

const errorAnswer = v.object({ message: v.string() });

/** Togai's own message in an error answer, unchanged; `undefined` where there is none. */
export function readErrorMessage(json: unknown): string | undefined {
  const result = v.safeParse(errorAnswer, json);
  const message = result.success ? result.output.message.trim() : '';
  return message === '' ? undefined : message;
}
