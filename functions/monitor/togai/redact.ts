/** What HTML has a name for, and a token may hold. */
const NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/**
 * Takes a token out of any text, however it is written there: each of its letters as it is, or escaped as in a URL, in HTML or in
 * JSON, also more than once.
 *
 * @param token printable ASCII
 */
export function createRedactor(token: string): (text: string) => string {
  const pieces = token.match(/\\+|[^\\]/g) ?? [];
  // Backslashes before it go with it, all or none: half an escape would make JSON of an answer unreadable.
  const spelling = new RegExp(`(?<!\\\\)${pieces.map(spellingOf).join('')}`, 'g');
  const [word = ''] = (token.match(/[a-z0-9]+/gi) ?? []).sort((a, b) => b.length - a.length);
  // Nearly every text is without it, and looking for a few letters takes a fraction of the time of the expression.
  const mayHold = (text: string) =>
    text.includes(word) || text.includes('%') || text.includes('&') || text.includes('\\u');
  return (text) => (mayHold(text) ? text.replace(spelling, '[token]') : text);
}

/** @param piece a letter, or a run of backslashes: where they are escaped, which of them is which cannot be told */
function spellingOf(piece: string): string {
  const code = piece.charCodeAt(0);
  const hex = code.toString(16).replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const name = NAMES[piece];
  const names = name ? [name, name.toUpperCase()] : [];
  const entities = [`#0*${code}`, `#[xX]0*${hex}`, ...names].join('|');
  const letter = `\\x${code.toString(16)}`;
  const any = `(?:%(?:25)*${hex}|&(?:amp;)*(?:${entities});?|u00${hex}|${letter})`;
  return piece.startsWith('\\') ? `${any}{${piece.length},${8 * piece.length}}` : `\\\\*${any}`;
}
