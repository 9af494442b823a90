import { dayText } from '../timeline/time.ts';
import type { Digest } from './digest-facts.ts';
import { causesOf, digestHeadline, listed } from './digest-headline-and-causes.ts';
import { doLines, leakingIn } from './digest-next-steps.ts';

/** The SMS of a week, the most urgent first. */
export function digestBrief(digest: Digest): string[] {
  const headline = digestHeadline(digest).replace(/^The week/, 'Week');
  if (digest.lost === 0) return [headline, doLines(digest).join(' ')];
  const { cycleEnd } = digest;
  const leaking = leakingIn(digest);
  return [
    headline,
    mainCause(digest),
    cycleEnd === undefined ? 'Recover these events' : `Recover by ${dayText(cycleEnd)}`,
    leaking.length === 0 ? '' : `Still going on: ${listed(leaking)}`,
  ];
}

/** `No price plan`, or `Mostly: No price plan`; nothing where no cause stands out. */
function mainCause(digest: Digest): string {
  const [first, ...others] = causesOf(digest);
  if (!first || others.length === 0) return first?.cause ?? '';
  return 2 * first.lost > digest.lost ? `Mostly: ${first.cause}` : '';
}
