import { InexactNumber, isInexact, NotOfThisApi } from './answer-fields.ts';
import { checkSize } from './body-size.ts';

/**
 * Reads a body as JSON. Some ids are whole numbers that JavaScript cannot hold exactly; these are kept as text, digit by digit.
 *
 * @param redact takes the token out of a text; applied to each text that an escape may hide
 * @param read gives the parsed JSON its type
 * @throws SyntaxError where the body is no JSON; NotOfThisApi where it is nested too deeply, or too large; errors of `read`
 */
export function parseJson<T>(
  body: string,
  redact: (text: string) => string,
  read: (json: unknown) => T,
): T {
  checkSize(body);
  // The caller has redacted the body itself. Only a JSON escape can still hide a token in it.
  if (!body.includes('\\')) {
    try {
      return read(JSON.parse(body));
    } catch (error) {
      if (!(error instanceof InexactNumber)) throw error;
    }
  }
  return read(parseValues(body, redact));
}

function parseValues(body: string, redact: (text: string) => string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown, context?: { source?: string }) => {
      if (typeof value === 'string') return redact(value);
      if (typeof value === 'object' && value !== null) return withSafeKeys(value, redact);
      return isInexact(value) ? (context?.source ?? String(value)) : value;
    });
  } catch (error) {
    // JSON.parse visits values by recursion here, and runs out of stack after a few thousand levels.
    if (error instanceof RangeError) throw new NotOfThisApi('JSON of far too many levels');
    throw error;
  }
}

/** Redacts keys too, because messages about unreadable answers show them. */
function withSafeKeys(value: object, redact: (text: string) => string): object {
  if (Array.isArray(value) || Object.keys(value).every((key) => redact(key) === key)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [redact(key), entry]));
}
