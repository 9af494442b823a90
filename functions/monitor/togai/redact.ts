/** The characters of a token that have names in HTML. */
const HTML_NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/**
 * Makes a function that replaces a token in any text by `[token]`. It finds every spelling: each letter may be escaped as in a
 * URL, in HTML or in JSON, several times over. A proxy may escape a token that it repeats in any of these ways.
 *
 * @param token printable ASCII
 */
export function createRedactor(token: string): (text: string) => string {
  const pieces = token.match(/\\+|[^\\]/g) ?? [];
  // Takes all backslashes before the token or none: half an escape would make the JSON of an answer unreadable.
  const spelling = new RegExp(`(?<!\\\\)${pieces.map(spellingOf).join('')}`, 'g');
  const [word = ''] = (token.match(/[a-z0-9]+/gi) ?? []).sort((a, b) => b.length - a.length);
  // For speed: nearly every text lacks the token, and this search is much faster than the expression.
  const mayHold = (text: string) =>
    text.includes(word) || text.includes('%') || text.includes('&') || text.includes('\\u');
  return (text) => (mayHold(text) ? text.replace(spelling, '[token]') : text);
}

/**
 * The regular expression for every spelling of a piece of the token.
 *
 * @param piece one character, or a run of backslashes: once escaped, they all look alike
 */
function spellingOf(piece: string): string {
  const code = piece.charCodeAt(0);
  const hex = code.toString(16).replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const name = HTML_NAMES[piece];
  const names = name ? [name, name.toUpperCase()] : [];
  const entities = [`#0*${code}`, `#[xX]0*${hex}`, ...names].join('|');
  const letter = `\\x${code.toString(16)}`;
  const any = `(?:%(?:25)*${hex}|&(?:amp;)*(?:${entities});?|u00${hex}|${letter})`;
  return piece.startsWith('\\') ? `${any}{${piece.length},${8 * piece.length}}` : `\\\\*${any}`;
}
