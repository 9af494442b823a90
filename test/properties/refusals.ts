import fc from 'fast-check';

/** The longest message: a rule, one of its words twice, and the mistake. In characters. */
export const MAX_MESSAGE = 2_000;

export const gap = fc.constantFrom('', ' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000');

/** The error that was thrown, or `undefined`. */
export function thrownBy(parse: () => unknown): unknown {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error;
  }
}
