import type { EventDetails } from '../events/event-details.ts';
import { groupOf } from '../events/status-groups.ts';
import type { Explanation } from '../incidents/incident.ts';
import { cutAt } from '../text/text.ts';
import { knownReason, QUOTE } from './cause-and-next-step-by-status.ts';

/** Why events like a sample are not billed. Where Togai does not say, its own words are quoted and nothing is guessed. */
export function explain(details: EventDetails): Explanation {
  const { status, why, next } = explainFully(details);
  return { status: cutAt(status, 120), why: cutAt(why, 600), next: cutAt(next, 400) };
}

function explainFully({ status, statusDescription, pipeline }: EventDetails): Explanation {
  // An event that failed earlier did not reach the usage meters, so their absence says nothing.
  const meters = groupOf(status) === 'unmetered' ? pipeline?.usageMeters : undefined;
  const plans = pipeline?.pricePlans;
  if (meters?.length === 0) {
    const { why, next } = knownReason('INGESTION_COMPLETED_NO_MATCHING_METERS');
    return { status, why, next };
  }
  if (meters?.every((meter) => meter.status === 'PROCESSED_FILTERED_OUT')) {
    return {
      status,
      why: `Every usage meter filters these events out (${names(meters)}).`,
      next: "Compare a sample with the filters of these meters. Look at the sender's last release, too.",
    };
  }
  const isComputed = meters?.some((meter) => meter.status === 'PROCESSED_UNITS_COMPUTED') ?? false;
  if (isComputed && plans?.length === 0) {
    return {
      status,
      why: 'The account has no price plan for these events, so Togai billed none of them.',
      next: 'Togai > Accounts > the account > Pricing: attach the price plan. Let the plan start before the first lost event.',
    };
  }
  const plan = plans?.[0];
  if (isComputed && plan) {
    return {
      status,
      why: `Price plan ${plan.name} applies, and still nothing was billed. ${quote(statusDescription)}`,
      next: 'Ask Togai why, with the id of a sample.',
    };
  }
  const { why, next } = knownReason(status);
  return { status, why: `${why} ${quote(statusDescription)}`, next };
}

function names(meters: readonly { readonly name: string }[]): string {
  const shown = meters.slice(0, 3).map(({ name }) => name);
  return [...shown, ...(meters.length > 3 ? [`${meters.length - 3} more`] : [])].join(', ');
}

function quote(description: string | undefined): string {
  return description
    ? `${QUOTE} "${description.replaceAll('"', "'")}"`
    : 'The cause is not known: Togai gives no reason.';
}
