import type { GroupCounts } from '../../functions/monitor/events/counts.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import {
  advanceIncidents,
  type Evaluated,
  type EvaluatedWindow,
} from '../../functions/monitor/incidents/advance-incidents.ts';
import type { Incident, IncidentKind } from '../../functions/monitor/incidents/incident.ts';
import {
  needsNotification,
  notifiedOf,
} from '../../functions/monitor/incidents/needs-notification.ts';
import { withoutUnheardEnds } from '../../functions/monitor/incidents/reopen.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';

const MINUTE = 60_000;
const BUCKET = 5 * MINUTE;
export const START = Date.UTC(2026, 10, 18, 10);

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** Events of an account in a bucket: lost ones and metered ones. */
type AccountBucket = readonly [lost: number, metered: number];
export type PlayedBucket = Readonly<Record<string, AccountBucket>>;

export interface IncidentPlayOptions {
  /** The rules, by the number of the newest bucket. @default `unmetered >= 10` */
  readonly thresholds?: string | ((bucket: number) => string);
  readonly windowMinutes?: number;
  readonly minimumEvents?: number;
  readonly repeatMinutes?: number;
  readonly ignoredAccounts?: (bucket: number) => readonly string[];
  /** Changes a piece before it is evaluated, by the number of its bucket. `undefined`: it is missing. */
  readonly piece?: (piece: Piece, bucket: number) => Piece | undefined;
  /** The events of a bucket as they are counted once more in a later run, by the numbers of both. */
  readonly recounted?: (bucket: number, later: number) => PlayedBucket | undefined;
  /** Events in progress by Togai metrics, and of how many. @default those in the counts */
  readonly inProgress?: (bucket: number) => { readonly events: number; readonly of: number };
  /** Whether the messages of a run are delivered. @default always */
  readonly isDelivered?: (run: number) => boolean;
  /** Buckets in one run. @default 1 */
  readonly bucketsARun?: number;
  /** The first run evaluates one end alone. @default true */
  readonly isFirstRun?: boolean;
  /** Each newest end is evaluated so often. @default once */
  readonly times?: number;
}

interface Told {
  /** The time of the run: `10:05`. */
  readonly at: string;
  readonly kind: IncidentKind;
  readonly reason: string;
  readonly incident: Incident;
}

export interface Played extends Evaluated {
  readonly told: readonly Told[];
  readonly newest: EvaluatedWindow | undefined;
}

/** A run after each bucket. @param bucketAt the events of a bucket, by its number */
export function playIncidents(
  buckets: number,
  bucketAt: (bucket: number) => PlayedBucket,
  options: IncidentPlayOptions = {},
): Played {
  const { bucketsARun = 1, times = 1, isDelivered = () => true } = options;
  const list: (Piece | undefined)[] = [];
  const told: Told[] = [];
  let now: Played = { alerts: [], incidents: [], rules: undefined, told, newest: undefined };
  let evaluatedTo = options.isFirstRun === false ? START : undefined;
  for (let bucket = 0; bucket < buckets; bucket++) {
    list.push(counted(bucket, bucketAt(bucket), options));
    recount(list, bucket, options);
    // A run does nothing before the newest bucket is counted.
    if ((bucket + 1) % bucketsARun !== 0 || !list[bucket]) continue;
    const watermark = START + (bucket + 1) * BUCKET;
    for (let time = 0; time < times; time++) {
      const known = { list: list.flatMap((piece) => piece ?? []), evaluatedTo, watermark };
      now = { ...advance(now, known, bucket, options), told };
      evaluatedTo = watermark;
    }
    const run = Math.floor(bucket / bucketsARun);
    if (isDelivered(run)) now = { ...now, incidents: notify(now, watermark, options, told) };
  }
  return now;
}

function notify(
  { incidents }: Evaluated,
  now: number,
  { repeatMinutes = 240 }: IncidentPlayOptions,
  told: Told[],
): Incident[] {
  return incidents.map((incident) => {
    const last = incident.notified.sns;
    const settings = { repeatMs: repeatMinutes * MINUTE };
    const need = needsNotification(incident, last, now, settings);
    if (!need) return incident;
    told.push({ at: timeOf(now), ...need, incident });
    return { ...incident, notified: { sns: notifiedOf(incident, last, need.kind, now) } };
  });
}

function counted(bucket: number, events: PlayedBucket, { piece }: IncidentPlayOptions) {
  const whole = pieceOf(bucket, events);
  return piece ? piece(whole, bucket) : whole;
}

function recount(
  list: (Piece | undefined)[],
  later: number,
  { recounted }: IncidentPlayOptions,
): void {
  if (!recounted) return;
  for (const bucket of list.keys()) {
    const events = recounted(bucket, later);
    if (events) list[bucket] = pieceOf(bucket, events);
  }
}

/** As in a run: pieces that left the window before the run are not read any more. */
function advance(
  before: Evaluated,
  known: { list: readonly Piece[]; evaluatedTo: number | undefined; watermark: number },
  bucket: number,
  options: IncidentPlayOptions,
) {
  const { evaluatedTo, watermark } = known;
  const windowMs = (options.windowMinutes ?? 60) * MINUTE;
  const readFrom = (evaluatedTo ?? watermark) - Math.max(windowMs, 60 * MINUTE);
  const list = known.list.filter(({ end }) => end > readFrom);
  const { thresholds = 'unmetered >= 10', minimumEvents = 20 } = options;
  const rules = typeof thresholds === 'string' ? thresholds : thresholds(bucket);
  const after = advanceIncidents({
    ...before,
    evaluatedTo,
    watermark,
    counted: { list, inProgressIn: () => options.inProgress?.(bucket) },
    windowMs,
    options: {
      thresholds: parseThresholds(rules),
      minimumEvents,
      ignoreLists: {
        accounts: new Set(options.ignoredAccounts?.(bucket) ?? []),
        schemas: new Set<string>(),
      },
    },
  });
  return { ...after, incidents: withoutUnheardEnds(after.incidents, before.incidents) };
}

export const timeOf = (time: number): string => new Date(time).toISOString().slice(11, 16);

/** One line for each message: `10:15 opened acme globex`, with the accounts that are not mended. */
export const toldIn = ({ told }: Played): string[] =>
  told.map(({ at, kind, incident }) => [at, kind, ...namesIn(incident)].join(' '));

function namesIn({ accounts, others }: Incident): string[] {
  const names = accounts.flatMap(({ name, endedAt }) => (endedAt === undefined ? name : []));
  return [...names.sort(), ...(others && others.endedAt === undefined ? ['others'] : [])];
}

export function pieceOf(bucket: number, accounts: PlayedBucket): Piece {
  const byName = new Map<string, GroupCounts>();
  const byStatus = new Map<string, number>();
  let total = 0;
  for (const [name, [lost, metered]] of Object.entries(accounts)) {
    const own = new Map([
      [LOST, lost],
      [METERED, metered],
    ]);
    byName.set(name, { byStatus: own, exact: true });
    for (const [status, events] of own) byStatus.set(status, (byStatus.get(status) ?? 0) + events);
    total += lost + metered;
  }
  const start = START + bucket * BUCKET;
  const counts = {
    total,
    byStatus,
    accounts: { byName, truncated: false },
    schemas: { byName: new Map(), truncated: false },
    ignored: 0,
    ignoredNames: { accounts: new Set<string>(), schemas: new Set<string>() },
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
  return { start, end: start + BUCKET, counts, partial: false };
}
