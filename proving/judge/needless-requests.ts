import type { WorldSettings } from '../world/scenario.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { hasToAskAgain } from './groupings.ts';
import type { Run } from './run.ts';

/** Pages of the worst statuses, and samples to look up. */
const REQUESTS_A_MESSAGE = 6;

/** The requests that a run without an obstacle sent to Togai metrics without need. @param due hours, by their start */
export function needlessRequests(
  run: Run,
  due: ReadonlySet<number>,
  { thresholds, ignoredAccounts }: WorldSettings,
): Complaint[] {
  const { counted, sent, rejected, lookedUp } = run;
  // One request holds five queries. Other thresholds and an ignore list need more, and so two requests for each hour.
  const fitsOne =
    thresholds.every(({ by, subject }) => !by || subject === 'unmetered') &&
    ignoredAccounts.length === 0;
  const most = due.size * (fitsOne ? 1 : 2);
  const complaints: Complaint[] = [];
  const [extra] = [...counted].filter((hour) => !due.has(hour));
  if (extra !== undefined) {
    const text = `the hour ${minuteText(extra)} was counted without need`;
    complaints.push(broken('no-needless-hour', text));
  }
  // A rejected request is sent again when the secret holds another token.
  if (sent.metrics - rejected > most && !hasToAskAgain(run)) {
    const text = `${sent.metrics} requests for ${due.size} hours`;
    complaints.push(broken('few-requests-for-counts', text));
  }
  if (sent.others > REQUESTS_A_MESSAGE * lookedUp) {
    const text = `${sent.others} requests for samples of ${lookedUp} messages`;
    complaints.push(broken('few-requests-for-samples', text));
  }
  return complaints;
}
