import { broken, type Violation } from '../complaint.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isForPeople } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';

const PAGES: readonly string[] = ['opened', 'resolved', 'closed'];
const MONITOR = 'monitor';

/** Messages to a pager that should wake nobody. */
export function needlessPages(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) => {
    if (isForPeople(channel)) return [];
    return told.flatMap((one) => {
      const problem = problemOf(known, one);
      if (!problem) return [];
      const { subject, incidentId } = one.message;
      const text = `the pager was told of ${subject} (${incidentId}), ${problem}`;
      return [violationAt(one.time, broken('pager-critical-only', text))];
    });
  });
}

function problemOf({ scenario }: Known, { message }: Told): string | undefined {
  const { kind, severity, subject } = message;
  if (!PAGES.includes(kind)) return `by a message that is ${kind}`;
  if (severity !== 'critical') return `which is a ${severity}`;
  // No rule decides about failures of the monitor.
  if (subject === MONITOR) return undefined;
  const { thresholds } = scenario.settings;
  const isEver = thresholds.some((one) => one.subject === subject && one.critical);
  return isEver ? undefined : 'and no rule about it is critical';
}
