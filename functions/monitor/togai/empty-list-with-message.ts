import { printable } from '../text/text.ts';

/** A 200 whose body says that it failed. The message names the words; another attempt may succeed. */
export class FailedAnswer extends Error {}

const WORDS = ['message', 'error', 'errors'] as const;
/** Codes with which servers say that nothing is wrong. */
const GOOD_CODE = /^(0|2\d\d|ok|success)$/i;

/**
 * Togai documents `message` for errors. A proxy, or Togai behind it, may put one beside an empty list and answer 200.
 * An empty list with such words is no count of zero.
 *
 * @returns the words, such as `message "Query timed out"`; `undefined` where there are none
 */
export function complaintIn(body: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of WORDS) {
    if (!isEmpty(body[key])) return `${key} ${quoted(body[key])}`;
  }
  const { code } = body;
  if (!isEmpty(code) && !GOOD_CODE.test(String(code))) return `code ${quoted(code)}`;
  const denial = ['success', 'ok'].find((key) => body[key] === false);
  return denial && `${denial}: false`;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false;
}

function quoted(value: unknown): string {
  return printable(JSON.stringify(value) ?? '', 500);
}
