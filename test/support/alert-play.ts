import { advance } from '../../functions/monitor/incidents/advance-alert.ts';
import type { Alert } from '../../functions/monitor/incidents/alert.ts';
import {
  type Decision,
  decideNotification,
  markDelivered,
} from '../../functions/monitor/incidents/when-to-notify.ts';
import type { Evaluation, EvaluationState } from '../../functions/monitor/thresholds/evaluate.ts';

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 10, 18, 12);

/** `B` breached, `.` ok, `?` insufficient because of too few events, `~` insufficient for another reason. */
export type Sign = 'B' | '.' | '?' | '~';

/** An evaluation of `unmetered >= 10`. @param groups those that breach */
export function evaluationOf(sign: Sign, groups: readonly string[] = []): Evaluation {
  const state: EvaluationState = sign === 'B' ? 'breached' : sign === '.' ? 'ok' : 'insufficient';
  return {
    threshold: 'unmetered >= 10',
    state,
    value: sign === 'B' ? 12 : 2,
    limit: 10,
    operator: '>=',
    unit: 'events',
    by: 'account',
    severity: 'warning',
    groups: sign === 'B' ? groups.map((name) => ({ name, value: 12, events: 12 })) : [],
    reason: sign === '?' ? 'too few' : sign === '~' ? 'incomplete' : undefined,
  };
}

export interface PlayOptions {
  readonly forMinutes?: number;
  readonly repeatMinutes?: number;
  /** Whether a run, by its number, is muted. */
  readonly silent?: (run: number) => boolean;
  /** Whether the messages of a run are not delivered. */
  readonly undelivered?: (run: number) => boolean;
  readonly groups?: (run: number) => readonly string[];
}

interface Happened {
  readonly run: number;
  readonly decision: Decision;
}

/** A run every five minutes, with one evaluation each. Gives the notifications, and the alert after the last run. */
export function play(
  signs: string,
  options: PlayOptions = {},
): { notified: Happened[]; alert: Alert | undefined } {
  let alert: Alert | undefined;
  const notified: Happened[] = [];
  let waiting: string | undefined;
  [...signs].forEach((sign, run) => {
    const at = START + run * 5 * MINUTE;
    const evaluation = evaluationOf(sign as Sign, options.groups?.(run));
    alert = advance(alert, evaluation, at, options.forMinutes ?? 0);
    const result = decideNotification(alert, {
      scheduledTime: at,
      repeatMs: (options.repeatMinutes ?? 240) * MINUTE,
      silent: options.silent?.(run) ?? false,
      waiting: waiting !== undefined,
    });
    alert = result.alert;
    if (result.decision) {
      notified.push({ run, decision: result.decision });
      waiting = result.decision.firing.alertId;
    }
    if (waiting !== undefined && !options.undelivered?.(run)) {
      alert = markDelivered(alert, waiting, at);
      waiting = undefined;
    }
  });
  return { notified, alert };
}

/** The notifications of a play: `fired@2` for one of the run with the number 2. */
export const notificationsOf = (signs: string, options?: PlayOptions) =>
  play(signs, options).notified.map(({ run, decision }) => `${decision.kind}@${run}`);
