import { TogaiError } from '../../errors.ts';
import { MINUTE_MS } from '../../timeline/time.ts';

/** Events that arrive side by side may be listed a little out of order. */
const ORDER_SLACK_MS = MINUTE_MS;

/** The times of the events so far, by one field, epoch ms, as long as they came newest first. */
export interface Descent {
  readonly highest: number;
  readonly lowest: number;
}

export const NO_DESCENT_YET: Descent = {
  highest: Number.NEGATIVE_INFINITY,
  lowest: Number.POSITIVE_INFINITY,
};

/**
 * While pages come newest first: no event still to come is newer than this, epoch ms. Infinite as long as the
 * events seen lie so near to each other that they may as well come oldest first.
 *
 * @returns `undefined` where pages come in another order
 */
export function newestToCome({
  descent,
}: {
  readonly descent: Descent | undefined;
}): number | undefined {
  if (!descent) return undefined;
  const proven = descent.highest - descent.lowest > ORDER_SLACK_MS;
  return proven ? descent.lowest + ORDER_SLACK_MS : Number.POSITIVE_INFINITY;
}

/** @returns `undefined` once a time contradicts the order */
export function descend(
  descent: Descent | undefined,
  times: readonly number[],
): Descent | undefined {
  if (!descent) return undefined;
  let { highest, lowest } = descent;
  for (const time of times) {
    if (time > lowest + ORDER_SLACK_MS) return undefined;
    highest = Math.max(highest, time);
    lowest = Math.min(lowest, time);
  }
  return { highest, lowest };
}

/** @throws TogaiError `uncountable`: always; the one way to count without a time filter is newest first. */
export function refuseOrder(): never {
  throw new TogaiError(
    'uncountable',
    'GET /events ignored the range and does not list newest first by createdAt',
    {
      advice:
        'ask Togai to honour start_time and end_time for your organisation, or count with POST /metrics',
    },
  );
}
