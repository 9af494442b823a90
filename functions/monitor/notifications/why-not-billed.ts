import type { EventDetails } from '../events/event-details.ts';
import { groupOf } from '../events/status-groups.ts';
import type { Explanation } from '../incidents/incident.ts';
import { cutAt } from '../text/text.ts';

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
    return {
      status,
      why: 'No usage meter matched the sample.',
      next: 'Compare its schema with the usage meters: was one changed, deactivated, or never made for this kind of event?',
    };
  }
  if (meters?.every((meter) => meter.status === 'PROCESSED_FILTERED_OUT')) {
    return {
      status,
      why: `Every usage meter filtered the sample out: ${names(meters)}.`,
      next: "Compare the event's attributes and dimensions with the filters of those meters; look at the sender's last release.",
    };
  }
  const computed = meters?.filter((meter) => meter.status === 'PROCESSED_UNITS_COMPUTED') ?? [];
  if (computed.length > 0 && plans?.length === 0) {
    return {
      status,
      why: `Usage was computed (${names(computed)}), but the account has no price plan.`,
      next: 'Look at the price plan of the account: was it detached, or did it end? Attach it with a start that covers the events.',
    };
  }
  const plan = plans?.[0];
  if (computed.length > 0 && plan) {
    const cycle = plan.cycleEnd ? `, whose cycle ends ${plan.cycleEnd}` : '';
    return {
      status,
      why: `Usage was computed (${names(computed)}) and price plan ${plan.name} applies${cycle}; Togai says: ${quote(statusDescription)}`,
      next: plan.cycleEnd
        ? `Ask Togai why it was not metered, before ${plan.cycleEnd}: events of a closed cycle may not be corrected.`
        : 'Ask Togai why it was not metered.',
    };
  }
  return {
    status,
    why: `Togai says: ${quote(statusDescription)}`,
    next: 'Look the sample up in Togai and go by its status.',
  };
}

function names(meters: readonly { readonly name: string }[]): string {
  const shown = meters.slice(0, 3).map(({ name }) => name);
  return [...shown, ...(meters.length > 3 ? [`${meters.length - 3} more`] : [])].join(', ');
}

function quote(description: string | undefined): string {
  return description ? `"${description}"` : 'nothing about the reason.';
}
