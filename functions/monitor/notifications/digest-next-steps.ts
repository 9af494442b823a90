import { durationInWords } from '../timeline/duration.ts';
import { dayAndClock } from '../timeline/time.ts';
import type { Digest } from './digest-facts.ts';
import { goesOn, listed } from './digest-headline-and-causes.ts';

/** All that a person has to do after a week, a step in a line: `Do: 1. Recover these events by ...`, or `Do: nothing.` */
export function doLines(digest: Digest): string[] {
  const steps = stepsOf(digest);
  const [first, ...others] = steps;
  if (!first) return ['Do: nothing.'];
  if (others.length === 0) return [`Do: ${first.charAt(0).toLowerCase()}${first.slice(1)}.`];
  return steps.map((step, index) => `${index === 0 ? 'Do: ' : ''}${index + 1}. ${step}.`);
}

function stepsOf(digest: Digest): string[] {
  const { lost, open, unproven, isPartial } = digest;
  const leaking = leakingIn(digest);
  const [loses, are] = [leaking.length, unproven.length].map((names) => names === 1);
  return [
    ...(lost > 0 ? [recoverStep(digest)] : []),
    ...(open.length > 0
      ? [`Mend the ${open.length === 1 ? 'incident' : 'incidents'} still open`]
      : []),
    ...(leaking.length > 0
      ? [`Find out why ${listed(leaking)} still ${loses ? 'loses' : 'lose'} events`]
      : []),
    ...(unproven.length > 0
      ? [`Check whether ${listed(unproven)} ${are ? 'is' : 'are'} mended: nobody knows`]
      : []),
    ...(isPartial ? [countStep(digest)] : []),
  ];
}

function countStep({ uncountedMs }: Digest): string {
  const time =
    uncountedMs === 0
      ? 'time that was not counted completely'
      : `${durationInWords(uncountedMs)} that were not counted`;
  return `Count by hand the ${time}`;
}

function recoverStep({ cycleEnd }: Digest): string {
  return cycleEnd === undefined
    ? 'Recover these events before their billing cycle closes'
    : `Recover these events by ${dayAndClock(cycleEnd)} UTC: the first billing cycle closes then`;
}

/** The accounts that lose events below every limit to the end of the week. */
export function leakingIn({ accounts, week }: Digest): string[] {
  return accounts
    .filter(({ unnoticed, lastLoss }) => unnoticed > 0 && goesOn(week, lastLoss))
    .map(({ name }) => name);
}
