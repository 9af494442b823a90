/** Foreign text that makes no formatting, mention, link or emoji in a chat, with the escapes of Slack. */
export function escapeForChat(text: string): string {
  return escapeText(breakUp(text));
}

/**
 * The same without the escapes, for a part of a text that is escaped as a whole. Invisible spaces break each active sign up.
 * Slack and Teams read different signs, so those of both are broken.
 */
export function breakUp(text: string): string {
  return text.replace(ACTIVE, (sign) =>
    // A space after the sign takes its word away; a space before it takes its border.
    BROKEN_AFTER.has(sign) ? `${sign}\u200b` : `\u200b${sign}`,
  );
}

/**
 * Formatting; `_` only at the beginning of a word, so that statuses can be copied. Links, with or without `http`, also of
 * Markdown. Mentions, and emoji, with which a name could look like the sign of an end.
 */
const ACTIVE =
  /[*~`]|(?<![A-Za-z0-9])_|:\/\/|(?<=\])\(|@|:(?=[\w+'-]*[A-Za-z][\w+'-]*:)|\.(?=\p{L})/gu;

const BROKEN_AFTER: ReadonlySet<string> = new Set(['@', ':']);

/** The beginning of a text, at most `maxLength` characters when it is escaped. It ends in `…` where it was cut. */
export function escapedUpTo(text: string, maxLength: number): string {
  const whole = escapeForChat(text);
  if (whole.length <= maxLength) return whole;
  const points = Array.from(text);
  let fits = 0;
  let tooMany = points.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (escapeForChat(points.slice(0, middle).join('')).length < maxLength) fits = middle;
    else tooMany = middle;
  }
  return `${escapeForChat(points.slice(0, fits).join(''))}…`;
}

/** Slack, "Formatting text": only these three characters have to be escaped. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
