import { MINUTE_MS } from '../timeline/time.ts';
import type { NamedLoss } from './named-accounts.ts';

/** Accounts that began to lose so close to each other have one cause, as far as can be seen. */
const TOGETHER_MS = 30 * MINUTE_MS;

/** Whether losses that began at two times have one cause, as far as can be seen. */
export function isTogether(one: number, other: number): boolean {
  return Math.abs(one - other) <= TOGETHER_MS;
}

/** Groups of accounts that began to lose within {@link TOGETHER_MS} of each other, the group with the greatest loss first. */
export function groupsByOnset(named: readonly NamedLoss[]): NamedLoss[][] {
  const groups: NamedLoss[][] = [];
  for (const loss of named.toSorted((a, b) => a.onset - b.onset)) {
    const group = groups.at(-1);
    if (group?.[0] && isTogether(loss.onset, group[0].onset)) group.push(loss);
    else groups.push([loss]);
  }
  const lostIn = (group: readonly NamedLoss[]) => group.reduce((sum, { lost }) => sum + lost, 0);
  return groups.sort((a, b) => lostIn(b) - lostIn(a));
}
