import { groupOf, isProblem } from '../events/status-groups.ts';
import { headlineOf } from '../text/headline.ts';

/** Why events with a status are not billed, as far as the status says it, and the next step. */
export interface KnownReason {
  readonly why: string;
  readonly next: string;
  /** The section of the runbook. */
  readonly section: string;
}

export const NO_CAUSE = 'Cause not known';

/** Stands before the words of Togai itself. */
export const QUOTE = 'Togai says:';

const NOT_METERED: KnownReason = {
  why: 'Togai took these events in and billed them to nobody.',
  next: 'Togai > Accounts > the account > Pricing: is a price plan attached, from before the first lost event? If it is, compare the usage meters of the schema.',
  section: 'not-metered',
};

const REFUSED: KnownReason = {
  why: 'Togai refuses these events.',
  next: 'Ask the team that sends them about its last release. Compare a sample with the schema in Togai.',
  section: 'refused-by-togai',
};

const UNKNOWN: KnownReason = {
  why: 'This version of the monitor does not know the status that Togai gives.',
  next: 'Look a sample up in Togai. A newer version of the monitor may know the status.',
  section: 'unknown-status',
};

/** By status; the others go by their group. */
const BY_STATUS = mapOf({
  INGESTION_COMPLETED_NO_MATCHING_METERS: {
    why: 'No usage meter matches these events.',
    next: "Togai > Usage meters: undo the last change to this schema's meter, or create one.",
    section: 'no-usage-meter',
  },
  INGESTION_FAILED_ACCOUNT_NOT_FOUND: {
    why: 'Togai knows no such account.',
    next: 'Create the account in Togai, or ask the sender which id it writes.',
    section: 'account-not-found',
  },
  INGESTION_FAILED_INSUFFICIENT_CREDITS: {
    why: 'The credits of the account are used up.',
    next: 'Ask billing to top the account up, or to talk to the customer.',
    section: 'credits-used-up',
  },
  INGESTION_FAILED_PAST_GRACE_PERIOD: {
    why: 'The events came too late to be billed.',
    next: 'Look for the delay at the sender: a queue, a batch job, a clock.',
    section: 'too-late',
  },
});

/** By status group or `total`, as rules write them. */
const BY_SUBJECT = mapOf({
  unmetered: NOT_METERED,
  failed: REFUSED,
  unknown: UNKNOWN,
  duplicate: {
    why: 'Togai had an event with the same id in the last 45 days.',
    next: 'A sender that repeats itself does no harm. Make sure that different events have different ids: those are lost.',
    section: 'duplicates',
  },
  in_progress: {
    why: 'Togai has not decided about these events, and does not say why. It bills them once it has decided. If it never does, they are lost.',
    next: "Look at Togai's status page for an outage. If it still lasts an hour after this message, ask Togai's support why.",
    section: 'in-progress',
  },
  reverted: {
    why: 'A correction undid these events.',
    next: 'Ask who corrected them. If it was meant, there is nothing to do.',
    section: 'reverted',
  },
  metered: {
    why: 'Togai bills more or fewer events than the limit allows.',
    next: 'Ask the team that sends the events whether that is meant.',
    section: 'number-of-events',
  },
  total: {
    why: 'Senders send more or fewer events than the limit allows.',
    next: 'Ask the team that sends the events whether that is meant.',
    section: 'number-of-events',
  },
});

/** The first sentence of a reason in as few words as possible: `No price plan`. */
export function shortReason(why: string): string {
  const words = headlineOf(why)
    .headline.replace(/^.* ha(?:s|ve|d) no price plan\b.*$/, 'No price plan')
    .replace(/^(No usage meter) match(?:es|ed) these events$/, '$1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param status a status, or the subject of a rule */
export function knownReason(status: string): KnownReason {
  return (
    BY_STATUS.get(status) ?? BY_SUBJECT.get(status) ?? BY_SUBJECT.get(groupOf(status)) ?? UNKNOWN
  );
}

/** The reason of an incident, by its most frequent problem status or else by its subject, and whether that says the cause. */
export function reasonOfSubject(
  subject: string,
  byStatus: readonly (readonly [status: string, events: number])[],
): KnownReason & { readonly isCause: boolean; readonly status?: string } {
  const isGroup = BY_SUBJECT.has(subject);
  const isOfSubject = (status: string) =>
    isGroup ? groupOf(status) === subject : isProblem(status);
  const status = byStatus.find(([name, events]) => events > 0 && isOfSubject(name))?.[0];
  const isCause = BY_STATUS.has(status ?? subject);
  return { ...knownReason(status ?? subject), isCause, ...(status !== undefined && { status }) };
}

/** A status may have the name of a property that every object has. */
function mapOf(reasons: Readonly<Record<string, KnownReason>>): ReadonlyMap<string, KnownReason> {
  return new Map(Object.entries(reasons));
}
