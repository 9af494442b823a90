import * as v from 'valibot';
import type { Incident } from '../incidents/incident.ts';
import { MAX_SILENCE_MS, type Silence } from '../incidents/silence.ts';
import { parseThresholds } from '../thresholds/grammar.ts';

/** Alerts, incidents, silences and notices as this version stores them. Properties that it does not know are kept. */

const TIME = v.number();
const SEVERITY = v.picklist(['warning', 'critical']);
const RANGE = v.object({ start: TIME, end: TIME });

export const ALERT = v.looseObject({
  threshold: v.pipe(v.string(), v.check(isThreshold)),
  state: v.picklist(['ok', 'pending', 'firing']),
  lastEnd: TIME,
  pendingSince: v.optional(TIME),
  firstValue: v.optional(v.number()),
});

const FACTS = v.looseObject({
  to: TIME,
  lost: v.number(),
  total: v.number(),
  withoutTotal: v.optional(v.number()),
  lastLoss: TIME,
  totalSince: v.number(),
  longestPause: v.number(),
  unprovenTo: TIME,
  lastSeen: TIME,
  seen: v.number(),
});

const KINDS = ['opened', 'escalated', 'changed', 'reminder', 'resolved', 'closed'] as const;

const NOTIFIED = v.looseObject({
  sequence: v.number(),
  kind: v.picklist(KINDS),
  severity: SEVERITY,
  at: TIME,
  changedAt: TIME,
  named: v.optional(v.number()),
  mended: v.optional(v.number()),
  reopened: v.optional(v.number()),
  evaluatedTo: TIME,
});

export const INCIDENT = v.looseObject({
  id: v.string(),
  subject: v.string(),
  nature: v.picklist(['loss', 'level', 'failure']),
  onset: TIME,
  onsetUntil: v.optional(TIME),
  onsetOrEarlier: v.optional(v.boolean()),
  openedAt: TIME,
  severity: SEVERITY,
  threshold: v.string(),
  worst: v.number(),
  firstValue: v.optional(v.number()),
  accounts: v.array(
    v.looseObject({
      name: v.string(),
      onset: TIME,
      onsetUntil: v.optional(TIME),
      onsetOrEarlier: v.optional(v.boolean()),
      joinedAt: TIME,
      facts: FACTS,
      perEvent: v.optional(v.nullable(v.pipe(v.number(), v.gtValue(0)))),
      endedAt: v.optional(TIME),
      mendedAt: v.optional(TIME),
      stoppedAt: v.optional(TIME),
      leftAt: v.optional(TIME),
    }),
  ),
  others: v.optional(
    v.looseObject({ facts: FACTS, endedAt: v.optional(TIME), mendedAt: v.optional(TIME) }),
  ),
  evaluatedTo: TIME,
  isQuiet: v.optional(v.boolean()),
  tooFewSince: v.optional(TIME),
  okEnds: v.array(TIME),
  groups: v.array(v.string()),
  failure: v.optional(
    v.looseObject({
      kind: v.picklist([
        'cannot_count',
        'settings_refused',
        'cannot_deliver',
        'sources_disagree',
        'nothing_arrives',
      ]),
      what: v.string(),
      cause: v.string(),
    }),
  ),
  why: v.optional(
    v.array(v.looseObject({ status: v.string(), why: v.string(), next: v.string() })),
  ),
  cycleEnd: v.optional(TIME),
  reopened: v.number(),
  end: v.optional(
    v.looseObject({
      kind: v.picklist(['resolved', 'closed']),
      at: TIME,
      seenAt: TIME,
      because: v.optional(v.string()),
      isAsked: v.optional(v.boolean()),
      counted: v.array(v.tuple([TIME, v.number()])),
    }),
  ),
  notified: v.record(v.string(), NOTIFIED),
});

export const NOTICE = v.looseObject({
  id: v.string(),
  topic: v.picklist(['watching', 'digest', 'gap', 'silence']),
  at: TIME,
  severity: SEVERITY,
  text: v.string(),
  brief: v.optional(v.array(v.string())),
  range: v.optional(RANGE),
  told: v.array(v.string()),
});

const SILENCE = v.looseObject({
  id: v.string(),
  scope: v.union([
    v.object({ account: v.string() }),
    v.object({ subject: v.string() }),
    v.object({ incidentId: v.string() }),
    v.object({ all: v.literal(true) }),
  ]),
  forMs: v.pipe(v.number(), v.minValue(1), v.maxValue(MAX_SILENCE_MS)),
  from: v.optional(TIME),
  by: v.string(),
  comment: v.optional(v.string()),
  ended: v.optional(v.object({ at: TIME, by: v.string() })),
});

/** @returns `undefined` for anything else than a silence */
export function readSilence(stored: unknown): Silence | undefined {
  const read = v.safeParse(SILENCE, stored);
  return read.success ? read.output : undefined;
}

/** @returns `undefined` for anything else than an incident */
export function readIncident(stored: unknown): Incident | undefined {
  const read = v.safeParse(INCIDENT, stored);
  if (!read.success) return undefined;
  const { nature, threshold } = read.output;
  // A rule of a newer version would stop every message.
  return nature === 'failure' || isThreshold(threshold) ? read.output : undefined;
}

function isThreshold(text: string): boolean {
  try {
    return parseThresholds(text).length === 1;
  } catch {
    return false;
  }
}
