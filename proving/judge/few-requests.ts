import { HOUR, MINUTE, type WorldSettings } from '../world/scenario.ts';
import { broken, type Complaint } from './complaint.ts';
import type { LookBook } from './look-book.ts';
import type { Run } from './run.ts';
import { floorTo } from './span.ts';
import { isProblem } from './status-groups.ts';

const QUIET = 3;
const FIRST_OF_AN_HOUR = 5;
const INCIDENT = 10;
/** Pages of the worst statuses, and samples to look up. */
const REQUESTS_A_MESSAGE = 6;

/** The requests of a run without an obstacle that counted by Togai metrics. */
export function tooManyRequests(
  { looked, sent, lookedUp }: Run,
  looks: LookBook,
  { thresholds, windowMinutes }: WorldSettings,
): Complaint | undefined {
  if (!looked) return undefined;
  // Names are asked for where problems changed, and where rules by account or schema count something else.
  const countsOthers = thresholds.some(
    ({ by, subject }) => by && subject !== 'unmetered' && subject !== 'failed',
  );
  const hasProblems = looks
    .from(looked.end - windowMinutes * MINUTE)
    .some(({ changes }) =>
      changes.some(({ scope, status }) => scope === 'all' && isProblem(status)),
    );
  const { lastEnd } = looks.before;
  const isFirst = lastEnd === undefined || floorTo(HOUR, lastEnd) < floorTo(HOUR, looked.end);
  const least = hasProblems || countsOthers ? INCIDENT : isFirst ? FIRST_OF_AN_HOUR : QUIET;
  const most = least + REQUESTS_A_MESSAGE * lookedUp;
  if (sent <= most) return undefined;
  return broken('few-requests', `${sent} requests in a run that needs ${most} at most`);
}
