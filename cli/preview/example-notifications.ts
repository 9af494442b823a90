import { TogaiError } from '../../functions/monitor/errors.ts';
import { type Alert, alertIdOf, type Firing } from '../../functions/monitor/incidents/alert.ts';
import { decideNotification } from '../../functions/monitor/incidents/when-to-notify.ts';
import { type GapState, noteGap } from '../../functions/monitor/notifications/gap.ts';
import type { FailureState } from '../../functions/monitor/notifications/monitor-failures.ts';
import {
  alertNotification,
  type Notification,
  type NotificationKind,
  type NotifiedWindow,
} from '../../functions/monitor/notifications/notification.ts';
import { noteOutcome } from '../../functions/monitor/notifications/run-outcome.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import { type Explanation, explain } from '../../functions/monitor/notifications/why-not-billed.ts';
import { digest } from '../../functions/monitor/text/digest.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printThreshold, type Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import { calmUpTo, incidentUpTo, twoAccountsUpTo } from './example-windows.ts';

const REPEAT_MS = 240 * MINUTE_MS;
/** The time of the run that notifies first: a Monday, 09:45 UTC. */
const AT = Date.UTC(2026, 2, 2, 9, 45);
const LATER = AT + REPEAT_MS;
const FIRED_AT = AT - 25 * MINUTE_MS;
/** A run evaluates up to five minutes before its own time. */
const SETTLE_MS = 5 * MINUTE_MS;
const UNMETERED = 'unmetered >= 5% critical';
const UNMETERED_BY_ACCOUNT = 'unmetered by account >= 50% critical';
const SPEAKS_FOR = ['unmetered >= 10'];

/**
 * One notification of every kind, in the order of an incident, the same on every call.
 *
 * The functions of a run make each one, so its texts are the texts that people get. The page of
 * `unmetered preview` and the tests of the formats share these examples.
 */
export function exampleNotifications(): Readonly<Record<NotificationKind, Notification>> {
  return {
    test: testNotification(AT),
    fired: ofFiring(UNMETERED, { notified: false }, incidentUpTo(AT - SETTLE_MS)),
    grew: ofFiring(
      UNMETERED_BY_ACCOUNT,
      { peak: 91.2, groups: ['acme', 'umbrella'], notifiedGroups: [digest('acme')] },
      twoAccountsUpTo(AT - SETTLE_MS),
    ),
    reminder: ofFiring(UNMETERED, { lastDeliveredAt: AT }, incidentUpTo(LATER - SETTLE_MS)),
    resolved: ofEnded('resolved', calmUpTo(LATER)),
    withdrawn: ofEnded('threshold removed', incidentUpTo(LATER)),
    ...ofMonitorFailure(),
    gap: ofGap(),
  };
}

/** Why the events of the `fired` example are not billed. */
export function exampleExplanations(): readonly Explanation[] {
  return [
    explain({
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: 'The event was ingested, but its account has no price plan at that time.',
      pipeline: {
        usageMeters: [{ name: 'api_call_units', status: 'PROCESSED_UNITS_COMPUTED' }],
        pricePlans: [],
      },
    }),
  ];
}

function ofFiring(rule: string, differences: Partial<Firing>, shown: NotifiedWindow) {
  const threshold = parseRule(rule);
  const { end } = shown.window;
  const firing = { ...firingOf(threshold), breachedAt: end, ...differences };
  const alert: Alert = {
    threshold: printThreshold(threshold),
    state: 'firing',
    lastEnd: end,
    firing,
  };
  return notify(threshold, alert, shown);
}

function ofEnded(ending: 'resolved' | 'threshold removed', shown: NotifiedWindow) {
  const threshold = parseRule(UNMETERED);
  const { end } = shown.window;
  const okEnds = [end - 10 * MINUTE_MS, end - 5 * MINUTE_MS, end];
  const firing = { ...firingOf(threshold), ...(ending === 'resolved' && { okEnds }) };
  const alert: Alert = {
    threshold: printThreshold(threshold),
    state: 'ok',
    lastEnd: end,
    ended: { firing, endedAt: end, ending, queued: false },
  };
  return notify(threshold, alert, shown);
}

function firingOf(threshold: Threshold): Firing {
  return {
    alertId: alertIdOf(printThreshold(threshold), FIRED_AT),
    firedAt: FIRED_AT,
    breachedAt: AT - SETTLE_MS,
    severity: threshold.severity,
    peak: 6.4,
    groups: [],
    notified: true,
    overruled: false,
    notifiedGroups: [],
    okEnds: [],
  };
}

function notify(threshold: Threshold, alert: Alert, shown: NotifiedWindow) {
  const at = shown.window.end + SETTLE_MS;
  const { decision } = decideNotification(alert, {
    scheduledTime: at,
    repeatMs: REPEAT_MS,
    silent: false,
    waiting: false,
  });
  if (!decision) throw new Error(`the example alert ${alert.threshold} needs no notification`);
  return alertNotification(threshold, decision, shown, at, threshold.by ? [] : SPEAKS_FOR);
}

/** Three runs fail on a rejected token; four hours later a run counts again. */
function ofMonitorFailure(): Record<'failing' | 'recovered', Notification> {
  const before: FailureState = {
    unfinished: 3,
    unfinishedSince: AT - 10 * MINUTE_MS,
    problem: undefined,
    monitorFailures: {},
    outbox: [],
  };
  const rejected = new TogaiError(
    'unauthorized',
    'GET https://api.togai.com/events was answered with 401 ("Credential is not valid"): Togai does not accept the token; put a valid one into the secret',
  );
  const settings = { problem: '', repeatMs: REPEAT_MS };
  const failed = noteOutcome(before, rejected, AT, settings);
  const delivered = { ...failed, outbox: [] };
  return {
    failing: onlyOne(failed.outbox),
    recovered: onlyOne(noteOutcome(delivered, undefined, LATER, settings).outbox),
  };
}

function ofGap(): Notification {
  const before: GapState = {
    watermark: undefined,
    evaluatedTo: undefined,
    gap: undefined,
    outbox: [],
  };
  const gap = { start: Date.UTC(2026, 1, 27, 8), end: Date.UTC(2026, 2, 1, 9, 40) };
  return onlyOne(noteGap(before, gap, { at: AT, repeatMs: REPEAT_MS }).outbox);
}

function onlyOne([notification, ...others]: readonly Notification[]): Notification {
  if (notification && others.length === 0) return notification;
  throw new Error('an example must lead to exactly one notification');
}

function parseRule(text: string): Threshold {
  const [threshold] = parseThresholds(text);
  if (!threshold) throw new Error(`"${text}" has no threshold`);
  return threshold;
}
