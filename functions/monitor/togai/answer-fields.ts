import * as v from 'valibot';
import { printable } from '../text/text.ts';

/**
 * Parts that the schemas of all answers share. A schema names only the fields that counting needs, and ignores the rest.
 * Source: Togai's OpenAPI of event management, and the examples in it. The two disagree in places, so both are accepted.
 */

/** Togai's own limit for an account id, in code points. No name is kept longer than that. */
export const MAX_NAME = 512;

/** A body is JSON, but no answer of Togai's API. The message names the answer that came instead. */
export class NotOfThisApi extends Error {}

/**
 * A field of text holds a whole number that JavaScript cannot hold exactly. `readBody` catches this and reads the body again,
 * with such numbers as text.
 */
export class InexactNumber extends Error {}

export function isInexact(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** A text, or a number: some of Togai's examples give ids as numbers. */
export const text = v.union([
  v.string(),
  v.pipe(
    v.number(),
    v.transform((number) => {
      if (isInexact(number)) throw new InexactNumber();
      return String(number);
    }),
  ),
]);

/** A text that counting can do without: anything unreadable is read as missing. */
export const optionalText = v.fallback(v.optional(text), undefined);

/** `ingestion-failed` is `INGESTION_FAILED`: the spelling of a status says nothing about the event. */
function spelledAsTogaiDoes(status: string): string {
  return status.toUpperCase().replaceAll('-', '_');
}

export const ingestionStatus = v.object({
  status: v.pipe(v.string(), v.trim(), v.nonEmpty('is empty'), v.transform(spelledAsTogaiDoes)),
  statusDescription: optionalText,
});

/** @throws NotOfThisApi */
export function asObject(json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  const kind = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;
  throw new NotOfThisApi(`${kind} instead of an object`);
}

/** `createdAt "yesterday" is not an ISO 8601 time`, `ingestionStatus.status is missing`. */
export function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const name = path === null ? 'it' : printable(path, 80);
  if (issue.input === undefined && !issue.message.startsWith('is ')) return `${name} is missing`;
  if (issue.message.startsWith('is ')) {
    const input = issue.path?.at(-1)?.value;
    return `${name} ${printable(JSON.stringify(input) ?? '', 40)} ${issue.message}`;
  }
  const expected =
    issue.expected === 'Object' ? 'an object' : issue.expected === 'Array' ? 'a list' : 'text';
  const received = issue.received === 'Object' ? 'an object' : printable(issue.received, 40);
  return `${name} is ${received}, not ${expected}`;
}
