import * as v from 'valibot';
import { MonitorError } from '../errors.ts';
import { MISTAKES } from '../events/ignore-entries.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import { type MonitorState, NEW_STATE } from '../monitor-state.ts';
import { printable } from '../text/text.ts';
import { ALERT, INCIDENT, NOTICE } from './stored-incidents.ts';
import { DAMAGED } from './unreadable-items.ts';

/** Where a state is stored, for messages. */
export interface StatePlace {
  /** `the state file monitor.json` */
  readonly name: string;
  /** The end of a sentence: `remove it with ... to start anew`. */
  readonly remedy: string;
}

const TIME = v.fallback(v.optional(v.number()), undefined);
/** How far the work has come. If it cannot be read, it is void, as a time ahead of the clock is. */
const PROGRESS = v.optional(v.fallback(v.number(), Number.POSITIVE_INFINITY));
const RANGE = v.object({ start: v.number(), end: v.number() });

/** Only older versions read these. */
const UNREAD = v.optional(v.fallback(v.undefined(), undefined));

/** Unreadable properties are forgotten. Only the number of the run must be readable, because it keeps runs apart. */
const STATE = v.looseObject({
  runNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  runId: v.fallback(v.string(), ''),
  leaseUntil: v.fallback(v.number(), 0),
  coolDownUntil: TIME,
  retryAfter: v.fallback(v.optional(RANGE), undefined),
  committedAt: PROGRESS,
  completeAt: TIME,
  unfinished: v.fallback(v.number(), 0),
  unfinishedSince: TIME,
  problem: v.fallback(v.optional(v.object({ what: v.string(), cause: v.string() })), undefined),
  chosen: v.fallback(
    v.optional(
      v.object({
        source: v.picklist(['listing', 'metrics']),
        busyRuns: v.number(),
        quietSince: v.optional(v.number()),
        changedAt: v.optional(v.number()),
      }),
    ),
    undefined,
  ),
  lookedTo: TIME,
  metricsProblem: v.fallback(
    v.optional(v.object({ until: v.number(), what: v.string() })),
    undefined,
  ),
  timeField: v.fallback(v.optional(v.picklist(['createdAt', 'timestamp'])), undefined),
  timeFieldProvenAt: TIME,
  watermark: PROGRESS,
  evaluatedTo: PROGRESS,
  voided: v.fallback(v.optional(v.object({ runNumber: v.number(), after: v.number() })), undefined),
  bucketFailures: v.fallback(v.record(v.string(), v.number()), {}),
  knownSilences: v.fallback(v.record(v.string(), v.picklist(['made', 'over'])), {}),
  ignoreEntries: v.fallback(
    v.optional(
      v.array(
        v.object({
          entry: v.string(),
          since: v.number(),
          matchedAt: v.optional(v.number()),
          said: v.optional(v.picklist(MISTAKES)),
        }),
      ),
    ),
    undefined,
  ),
  subscriptionsCheckedAt: TIME,
  watchingSince: TIME,
  digest: v.fallback(
    v.optional(v.object({ to: v.number(), incidentIds: v.array(v.string()) })),
    undefined,
  ),
  rejections: v.fallback(
    v.array(v.object({ digest: v.string(), at: v.number(), count: v.exactOptional(v.number()) })),
    [],
  ),
  gap: v.fallback(
    v.optional(
      v.object({
        ...RANGE.entries,
        notifiedEnd: v.number(),
        notifiedAt: v.optional(v.number(), 0),
        grownAt: v.number(),
        partial: v.boolean(),
      }),
    ),
    undefined,
  ),
  rules: v.fallback(v.optional(v.string()), undefined),
  arrivals: v.fallback(
    v.optional(
      v.object({
        since: v.number(),
        to: v.number(),
        last: v.number(),
        unknownMs: v.optional(v.number()),
        pauses: v.array(RANGE),
      }),
    ),
    undefined,
  ),
  silentChannels: v.fallback(
    v.optional(
      v.record(v.string(), v.object({ runs: v.number(), since: v.number(), problem: v.string() })),
    ),
    undefined,
  ),
  incidentIds: v.fallback(v.array(v.string()), []),
  failures: v.fallback(v.record(v.string(), INCIDENT), {}),
  outbox: UNREAD,
  monitorFailures: UNREAD,
  pending: UNREAD,
  refusedMute: UNREAD,
  troubles: UNREAD,
});

/**
 * Older versions read these of a state. They know neither incidents nor notices, so nothing goes on
 * for them. After a rollback they begin anew, and a threshold that is breached is an alert again.
 * Without these they would crash, or call the state damaged.
 */
const FOR_OLDER_VERSIONS = {
  alerts: [],
  outbox: [],
  monitorFailures: {},
  // Names of 0.1.0.
  pending: [],
  troubles: {},
};

export function toStoredState({ alerts, ...state }: MonitorState): object {
  return { ...state, ...FOR_OLDER_VERSIONS, thresholdAlerts: alerts };
}

/**
 * Reads a state that may hold anything, such as one that a newer version stored before it was rolled back.
 *
 * @returns the state without the alerts and notices that cannot be read, and a list of those
 * @throws MonitorError where it is no state
 */
export function readStoredState(
  stored: unknown,
  place: StatePlace,
): { readonly state: MonitorState; readonly dropped: readonly UnreadableItem[] } {
  const read = v.safeParse(STATE, stored);
  if (!read.success) throw unreadableState(place);
  // Alerts of 0.1.0 hold more than these. One that is still breached opens an incident.
  const { thresholdAlerts, alerts: ofOlderVersion = [], ...rest } = read.output;
  const alerts = readEach(thresholdAlerts ?? ofOlderVersion, ALERT, (entry) =>
    dropped(
      place,
      `an alert${quoted(entry, 'threshold')}`,
      'If its threshold is still breached, people are notified anew',
    ),
  );
  const notices = readEach(rest.notices ?? [], NOTICE, (entry) =>
    dropped(place, `a notice${quoted(entry, 'id')} that waited for its delivery`, 'Nobody gets it'),
  );
  return {
    state: { ...NEW_STATE, ...rest, alerts: alerts.read, notices: notices.read },
    dropped: [...alerts.dropped, ...notices.dropped],
  };
}

export function unreadableState({ name, remedy }: StatePlace, cause?: unknown): MonitorError {
  return new MonitorError(
    `${name} cannot be read: it is damaged, or not of this monitor, so nothing was done; ${remedy}`,
    { cause },
  );
}

function readEach<S extends v.GenericSchema>(
  list: unknown,
  schema: S,
  drop: (entry: unknown) => UnreadableItem,
): { readonly read: v.InferOutput<S>[]; readonly dropped: readonly UnreadableItem[] } {
  const read: v.InferOutput<S>[] = [];
  const unreadable: UnreadableItem[] = [];
  for (const entry of Array.isArray(list) ? list : [list]) {
    const result = v.safeParse(schema, entry);
    if (result.success) read.push(result.output);
    else unreadable.push(drop(entry));
  }
  return { read, dropped: unreadable };
}

function dropped({ name }: StatePlace, what: string, consequence: string): UnreadableItem {
  return {
    name: `${what} in ${name}`,
    sentence: `In ${name}, ${what} cannot be read: ${DAMAGED}. It was removed. ${consequence}.`,
  };
}

/** The text of a property that names an entry. */
function quoted(entry: unknown, property: string): string {
  const text = (entry as Record<string, unknown> | null)?.[property];
  return typeof text === 'string' ? ` "${printable(text, 120)}"` : '';
}
