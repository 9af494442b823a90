/**
 * Characters that could move a cursor, or hide, reorder or break text. By Unicode category: controls, formatting (bidi marks,
 * zero-width joiners), line and paragraph separators, unpaired surrogates, private use.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/**
 * Makes foreign text safe to print on one line: unprintable characters become `\u{…}`. Accounts and schemas are named by
 * senders, who could otherwise forge lines of a terminal or a message.
 *
 * @param maxLength in code points; longer text is cut there and ends in `…`
 */
export function printable(text: string, maxLength = 512): string {
  return cutAt(visible(text), maxLength);
}

/** A text of any length with `\u{…}` for each unprintable character. */
export function visible(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A text of at most `maxLength` code points. The last one is `…` where the text was cut. */
export function cutAt(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const points = Array.from(text);
  return points.length <= maxLength ? text : `${points.slice(0, maxLength - 1).join('')}…`;
}

/** `1 event`, `2 events`, `1,234 events`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const WORDS = 'zero one two three four five six seven eight nine'.split(' ');

/** A small number in a sentence: `four`, `12`. */
export function inWords(count: number): string {
  return WORDS[count] ?? formatCount(count);
}

/** A count with thousands separators, the same on every machine: `1,234,567`. */
export function formatCount(count: number): string {
  // toLocaleString would load the data of all languages, which takes a tenth of the start-up time of the command line.
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Two digits of an estimate, because more would claim more than it knows: `2,100`, `47`, `3.1`, `0.042`. */
export function estimateText(amount: number): string {
  const rounded = Number(amount.toPrecision(2));
  if (rounded >= 10) return formatCount(rounded);
  return String(Number(rounded.toFixed(4)) || 0.0001);
}
