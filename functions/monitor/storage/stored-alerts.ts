import * as v from 'valibot';
import { parseThresholds } from '../thresholds/grammar.ts';

/** Alerts and messages as this version stores them. Properties that it does not know are kept. */

const TIME = v.number();
const SEVERITY = v.picklist(['warning', 'critical']);
const NAMES = v.array(v.string());
const RANGE = v.object({ start: TIME, end: TIME });

const FIRING = v.looseObject({
  alertId: v.string(),
  firedAt: TIME,
  breachedAt: TIME,
  severity: SEVERITY,
  peak: v.number(),
  groups: NAMES,
  notified: v.boolean(),
  shadow: v.optional(v.string()),
  overruled: v.boolean(),
  lastDeliveredAt: v.optional(TIME),
  notifiedGroups: NAMES,
  grewAt: v.optional(TIME),
  okEnds: v.array(TIME),
  tooFewSince: v.optional(TIME),
});

export const ALERT = v.looseObject({
  threshold: v.pipe(v.string(), v.check(isThreshold)),
  state: v.picklist(['ok', 'pending', 'firing']),
  lastEnd: TIME,
  pendingSince: v.optional(TIME),
  firing: v.optional(FIRING),
  ended: v.optional(
    v.looseObject({
      firing: FIRING,
      endedAt: TIME,
      ending: v.picklist(['resolved', 'threshold removed', 'group ignored', 'too little traffic']),
      queued: v.boolean(),
    }),
  ),
});

const TOP_GROUPS = v.array(
  v.looseObject({
    name: v.string(),
    unmetered: v.number(),
    failed: v.number(),
    total: v.nullable(v.number()),
  }),
);

const SUMMARY = v.looseObject({
  total: v.number(),
  byStatus: v.array(v.tuple([v.string(), v.number()])),
  topAccounts: TOP_GROUPS,
  topSchemas: TOP_GROUPS,
  descriptions: v.array(v.looseObject({ text: v.string(), events: v.number() })),
  samples: v.array(
    v.looseObject({
      referenceId: v.optional(v.string()),
      id: v.optional(v.string()),
      createdAt: TIME,
      status: v.string(),
      accountId: v.string(),
      schemaName: v.string(),
    }),
  ),
  perBucket: v.array(v.number()),
  ignored: v.number(),
  malformed: v.number(),
  truncated: v.boolean(),
  incomplete: v.boolean(),
  sampled: v.optional(v.number()),
  healed: v.optional(v.number()),
  lacksLate: v.optional(v.boolean()),
});

export const MESSAGE = v.looseObject({
  id: v.string(),
  alertId: v.string(),
  kind: v.picklist([
    ...(['fired', 'grew', 'reminder', 'resolved', 'withdrawn'] as const),
    ...(['failing', 'recovered', 'gap', 'test'] as const),
  ]),
  at: TIME,
  severity: SEVERITY,
  reason: v.string(),
  about: v.exactOptional(
    v.looseObject({
      threshold: v.pipe(v.string(), v.check(isThreshold)),
      subject: v.string(),
      by: v.optional(v.picklist(['account', 'schema'])),
      // Messages of 0.1.0 have neither this nor `moreJoined`.
      operator: v.optional(v.picklist(['>=', '>', '<=', '<']), '>='),
      value: v.number(),
      limit: v.number(),
      unit: v.picklist(['events', 'percent']),
      events: v.number(),
      percent: v.number(),
      peak: v.number(),
      groups: v.array(v.looseObject({ name: v.string(), value: v.number(), events: v.number() })),
      moreGroups: v.number(),
      earlierGroups: NAMES,
      joined: NAMES,
      moreJoined: v.optional(v.number(), 0),
      window: RANGE,
      firedAt: TIME,
      resolvedAt: v.optional(TIME),
      summary: SUMMARY,
      speaksFor: NAMES,
    }),
  ),
  range: v.exactOptional(RANGE),
});

function isThreshold(text: string): boolean {
  try {
    return parseThresholds(text).length === 1;
  } catch {
    return false;
  }
}
