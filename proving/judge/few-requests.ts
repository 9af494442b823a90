import type { PublishedMessage } from '../history.ts';
import { DAY, HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import { broken, type Complaint } from './complaint.ts';
import type { FoldedLook, LookBook } from './look-book.ts';
import type { Run } from './run.ts';
import { floorTo } from './span.ts';
import { isProblem } from './status-groups.ts';

const QUIET = 3;
const FIRST_OF_AN_HOUR = 5;
const INCIDENT = 10;
const HOURS_A_REQUEST = 12;
/** Pages of the worst statuses: of one incident, and of all in a run. */
const PAGES = 3;
const MOST_PAGES = 4;
/** Three samples, a metered event with its page, and the revenue of accounts. */
const REQUESTS_OF_NEWS = 6;
/** The revenue alone. */
const REQUESTS_OF_AN_END = 1;
/** To prove a list by `createdAt`, about once an hour, and where few events come. */
const PROOF = 3;
const PROOF_EVERY = 50 * MINUTE;
const PROVED_UP_TO = 600;

const NEWS: readonly PublishedMessage['kind'][] = ['opened', 'escalated', 'changed', 'reminder'];

/** The requests that messages may need. Each incident is looked up once for all channels. */
function requestsFor(told: Run['told']): number {
  const all = [...told.values()];
  const news = all.filter((kinds) => NEWS.some((kind) => kinds.has(kind))).length;
  const ends = all.filter((kinds) => kinds.has('resolved')).length;
  const pages = Math.min(MOST_PAGES, PAGES * news);
  return pages + REQUESTS_OF_NEWS * news + REQUESTS_OF_AN_END * ends;
}

/** The requests of runs without an obstacle that counted by Togai metrics. */
export class FewRequests {
  readonly #looks: LookBook;
  readonly #settings: WorldSettings;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(looks: LookBook, settings: WorldSettings) {
    this.#looks = looks;
    this.#settings = settings;
  }

  problem(run: Run): Complaint | undefined {
    const { looked, sent, told } = run;
    if (!looked) return undefined;
    const most = this.#most(looked) + requestsFor(told);
    if (sent <= most || (sent <= most + PROOF && this.#mayTryToProve(run))) return undefined;
    return broken('few-requests', `${sent} requests in a run that needs ${most} at most`);
  }

  #most({ end, since, isFirst }: FoldedLook): number {
    const { thresholds, windowMinutes } = this.#settings;
    // Names are asked for where problems changed, and where rules by account or schema count something else.
    const countsOthers = thresholds.some(
      ({ by, subject }) => by && subject !== 'unmetered' && subject !== 'failed',
    );
    const hasProblems = this.#looks
      .from(end - windowMinutes * MINUTE)
      .some(({ changes }) =>
        changes.some(({ scope, status }) => scope === 'all' && isProblem(status)),
      );
    if (hasProblems || countsOthers) return INCIDENT;
    const { lastEnd } = this.#looks.before;
    const hour = floorTo(HOUR, end);
    if (lastEnd !== undefined && floorTo(HOUR, lastEnd) === hour) return QUIET;
    // After an outage the hours that it missed are asked for besides the day before it.
    const reach = isFirst || lastEnd === undefined ? Math.min(since, end - DAY) : lastEnd - DAY;
    const hours = (hour - HOUR - floorTo(HOUR, reach)) / HOUR;
    return FIRST_OF_AN_HOUR + Math.max(0, Math.ceil(hours / HOURS_A_REQUEST) - 2);
  }

  /** Whether a run may have tried to prove the list. */
  #mayTryToProve({ counting, listed, at }: Run): boolean {
    const isTooSoon = at - this.#triedAt < PROOF_EVERY;
    if (counting !== 'auto' || listed.length === 0 || isTooSoon) return false;
    this.#triedAt = at;
    const came = this.#looks
      .from(at - HOUR)
      .flatMap(({ rises }) => rises.filter(({ scope }) => scope === 'all'))
      .reduce((sum, { by }) => sum + by, 0);
    return came <= PROVED_UP_TO;
  }
}
