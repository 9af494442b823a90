import { TogaiError } from '../errors.ts';
import { counted, formatCount } from '../text/text.ts';

/** Keys under which APIs say how many entries a whole list has. */
const TOTAL = /^(total|count|total_?count|total_?events|total_?elements|total_?results)$/i;
/** Keys under which APIs say, by `true`, that a page is not the last. */
const MORE = /^has_?(more|next)(_?page)?$/i;
/** Keys under which APIs put the way to the next page. */
const TOKEN =
  /^(next_?(page_?)?(token|cursor|link|url|page|uri)?|(page_?|continuation_?)?token|cursor|(end|after)_?cursor)$/i;

/** The signs of more pages in an answer, other than `nextToken`. */
export interface MorePages {
  /** A sign that there are more, such as `has_more: true`. */
  readonly sign: string | undefined;
  /** How many entries the whole list has, where the answer says so. */
  readonly total: { readonly key: string; readonly value: number } | undefined;
}

/** Looks for signs of more pages in an answer, and one level deeper: `{"pagination":{"hasNextPage":true}}`. */
export function morePagesIn(body: Readonly<Record<string, unknown>>): MorePages {
  let found: MorePages = { sign: undefined, total: undefined };
  for (const [key, value] of entriesOf(body)) {
    const sign = (MORE.test(key) && value === true) || (TOKEN.test(key) && isFilled(value));
    const isTotal = TOTAL.test(key) && typeof value === 'number';
    found = {
      sign: found.sign ?? (sign ? `${key}: ${value === true ? 'true' : 'a token'}` : undefined),
      total: found.total ?? (isTotal ? { key, value } : undefined),
    };
  }
  return found;
}

/** `nextToken` itself is followed, and is a sign only where it stands deeper. */
function entriesOf(body: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(body)
    .filter(([key]) => key !== 'events' && key !== 'nextToken')
    .flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : [[key, value]],
    );
}

/** Whether a key of an answer is looked at here. */
export function hintsAtMore(key: string): boolean {
  return [TOTAL, MORE, TOKEN].some((pattern) => pattern.test(key));
}

function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (typeof value === 'number' && value > 0);
}

/**
 * @param attempted the request, for the message
 * @param entries of all pages up to the last one
 * @throws TogaiError `uncountable` where the last page says that there is more, and no nextToken leads there
 */
export function checkEnd(attempted: string, { sign, total }: MorePages, entries: number): void {
  const sum =
    total && total.value > entries ? `${total.key}: ${formatCount(total.value)}` : undefined;
  const found = sign ?? sum;
  if (found === undefined) return;
  throw new TogaiError(
    'uncountable',
    `${attempted} says that there is more (${found}) after ${counted(entries, 'event')}, without a nextToken: the rest cannot be asked for, so nothing was counted`,
    { advice: 'look whether Togai has changed its API, and please report it to this project' },
  );
}
