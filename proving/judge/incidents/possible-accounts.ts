import { overlaps, type Span } from '../span.ts';
import type { Known } from './finished-world.ts';
import type { Told } from './message-with-run.ts';
import { mayMissLosses } from './unknown-losses.ts';

/**
 * The accounts that an incident may have in a span: those that its message names, and those that
 * lost events then. A silence of any other account must change nothing about it.
 */
export function possibleAccounts(
  { losses, scenario }: Pick<Known, 'losses' | 'scenario'>,
  { subject, accounts }: Told['message'],
  span: Span,
): ReadonlySet<string> {
  const lost = losses.of(subject ?? '').filter((loss) => overlaps(losses.spanOf(loss), span));
  return new Set([
    ...accounts.map(({ name }) => name),
    ...lost.map(({ account }) => account),
    ...(mayMissLosses(scenario.settings) ? scenario.accounts : []),
  ]);
}
