import { NotOfThisApi } from './answer-fields.ts';

/** A page of 50 events has about 50 KB. A body up to this size does no harm with any content. */
const HARMLESS_LENGTH = 64 * 1024;
/** A page may hold twenty times as many entries as Togai gives. */
export const MAX_ENTRIES = 1_000;
const MAX_LEVELS = 64;
/** 200 values for each of 1,000 entries. */
const MAX_VALUES = 200_000;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENERS = new Set([91, 123]);
const CLOSERS = new Set([93, 125]);

/**
 * Refuses a body that would take hundreds of megabytes once it is parsed: eight kilobytes of gzip can hold millions of values.
 *
 * @throws NotOfThisApi
 */
export function checkSize(body: string): void {
  if (body.length <= HARMLESS_LENGTH) return;
  let levels = 0;
  let values = 1;
  for (let index = 0; index < body.length; index++) {
    const code = body.charCodeAt(index);
    if (code === QUOTE) index = endOfText(body, index);
    else if (code === COMMA) values++;
    else if (OPENERS.has(code)) {
      values++;
      levels++;
    } else if (CLOSERS.has(code)) levels--;
    if (levels > MAX_LEVELS) throw new NotOfThisApi(`JSON of more than ${MAX_LEVELS} levels`);
    if (values > MAX_VALUES) {
      throw new NotOfThisApi(`JSON of more than ${MAX_VALUES.toLocaleString('en-US')} values`);
    }
  }
}

/** @returns the place of the quotation mark that ends a text */
function endOfText(body: string, start: number): number {
  for (let index = start + 1; index < body.length; index++) {
    const code = body.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index;
  }
  return body.length;
}
