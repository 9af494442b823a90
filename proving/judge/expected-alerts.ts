import { MINUTE } from '../world/scenario.ts';
import type { Threshold, WorldSettings } from '../world/world-settings.ts';
import {
  type Alert,
  advanceBreached,
  advanceNotBreached,
  type Firing,
  isResolving,
  newAlert,
} from './alert.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import type { Outbox } from './outbox.ts';
import type { Window } from './window.ts';

/** Messages about new groups are no closer to each other. */
const GREW_EVERY = 30 * MINUTE;

/** The buckets as a run knows them when it commits. */
export interface Commit {
  /** The run's time. */
  readonly at: number;
  readonly watermark: number;
  /** The window ends to evaluate, oldest first. */
  readonly ends: readonly number[];
  readonly windowAt: (end: number) => Window;
}

/** The alerts of all thresholds and their messages, worked out from the written design. */
export class ExpectedAlerts {
  readonly #settings: WorldSettings;
  readonly #outbox: Outbox;
  readonly #alerts: readonly Alert[];

  constructor(settings: WorldSettings, outbox: Outbox) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#alerts = settings.thresholds.map(newAlert);
  }

  commit(commit: Commit): void {
    // A run that evaluates nothing notifies nobody.
    if (commit.ends.length === 0) return;
    for (const end of commit.ends) {
      const window = commit.windowAt(end);
      for (const alert of this.#alerts) {
        const evaluation = this.#evaluate(alert.threshold, window, alert.firing?.groups ?? []);
        alert.lastEnd = end;
        if (evaluation.state === 'breached') advanceBreached(alert, evaluation, end);
        else advanceNotBreached(alert, evaluation, end);
      }
      for (const alert of this.#alerts) this.#cover(alert);
    }
    const notified = new Set<string>();
    const criticalFirst = [
      ...this.#alerts.filter(({ threshold }) => threshold.critical),
      ...this.#alerts.filter(({ threshold }) => !threshold.critical),
    ];
    for (const alert of criticalFirst) this.#notify(alert, commit, notified);
  }

  /** A message of an alert has arrived, and the monitor has stored that. */
  delivered(name: string, firedAt: number, at: number): void {
    const alert = this.#alerts.find((candidate) => candidate.name === name);
    if (!alert) return;
    const { ending, firing } = alert;
    if (ending?.queued && ending.firing.firedAt === firedAt) alert.ending = undefined;
    else if (firing?.firedAt === firedAt) firing.deliveredAt = at;
  }

  #evaluate(threshold: Threshold, window: Window, firing: readonly string[]): Evaluation {
    return evaluate(threshold, window, this.#settings.minimumEvents, firing);
  }

  /** A critical alert of the same subject covers a warning while it fires and is not ok. */
  #cover({ threshold, firing, lastEnd }: Alert): void {
    if (!firing) return;
    const critical = this.#alerts.find(
      (other) =>
        !threshold.critical &&
        other.threshold.critical &&
        other.threshold.subject === threshold.subject &&
        (other.threshold.by === undefined || other.threshold.by === threshold.by) &&
        other.firing &&
        !isResolving(other, other.firing),
    );
    if (critical) firing.coveredBy = critical.name;
    else if (firing.breachedAt === lastEnd) {
      firing.coveredBy = undefined;
      firing.isCovered = false;
    }
  }

  /** @param notified the critical alerts that people are notified of */
  #notify(alert: Alert, commit: Commit, notified: Set<string>): void {
    const { name, threshold } = alert;
    const coveredBy = alert.firing?.coveredBy ?? alert.ending?.firing.coveredBy;
    if (coveredBy !== undefined && notified.has(coveredBy)) {
      if (alert.firing) alert.firing.isCovered = true;
      if (alert.ending) alert.ending.firing.isCovered = true;
    }
    if (alert.firing) this.#outbox.takeBackEnd(keyOf(name, alert.firing));
    if (alert.ending && !alert.ending.queued) this.#notifyEnd(alert, alert.ending, commit);
    else if (alert.firing && !alert.firing.isCovered) {
      this.#notifyFiring(alert, alert.firing, commit);
    }
    if (threshold.critical && (alert.firing?.notified || alert.ending?.queued)) notified.add(name);
  }

  #notifyEnd(alert: Alert, ending: NonNullable<Alert['ending']>, commit: Commit): void {
    const { firing, kind, at } = ending;
    const isQuiet = firing.isCovered || kind !== 'resolved';
    const isKnown = firing.notified || firing.deliveredAt !== undefined;
    if (!isKnown && isQuiet) {
      alert.ending = undefined;
      return;
    }
    ending.queued = true;
    if (firing.notified || isQuiet) this.#queue(alert, firing, kind, commit.watermark, commit, at);
    else this.#queue(alert, firing, 'fired', firing.breachedAt, commit, at);
  }

  #notifyFiring(alert: Alert, firing: Firing, commit: Commit): void {
    const kind = this.#kindFor(alert, firing, commit.at);
    if (!kind) return;
    firing.notified = true;
    for (const group of firing.groups) firing.notifiedGroups.add(group);
    if (kind !== 'reminder') firing.announcedAt = commit.at;
    const end = kind === 'fired' ? firing.breachedAt : commit.watermark;
    this.#queue(alert, firing, kind, end, commit);
  }

  #kindFor(alert: Alert, firing: Firing, at: number): string | undefined {
    const resolving = isResolving(alert, firing);
    if (!firing.notified) return resolving ? undefined : 'fired';
    if (this.#outbox.has(keyOf(alert.name, firing))) return undefined;
    const joined = firing.groups.some((group) => !firing.notifiedGroups.has(group));
    if (joined && at - (firing.announcedAt ?? 0) >= GREW_EVERY) return 'grew';
    const every = this.#settings.repeatMinutes * MINUTE;
    const last = firing.deliveredAt;
    const again = every > 0 && last !== undefined && at - last >= every;
    return again && !resolving ? 'reminder' : undefined;
  }

  /** @param end the window end that the message shows */
  #queue(
    { name, threshold }: Alert,
    firing: Firing,
    kind: string,
    end: number,
    { windowAt, ends }: Commit,
    resolvedAt?: number,
  ): void {
    const window = windowAt(end);
    const { value, state } = this.#evaluate(threshold, window, []);
    this.#outbox.queue(keyOf(name, firing), {
      kind,
      resolvedAt,
      value: threshold.by === undefined || state === 'breached' ? value : undefined,
      window: window.span,
      atOnce: ends.includes(firing.firedAt),
    });
  }
}

/** The key of an alert in the outbox. */
function keyOf(name: string, { firedAt }: Firing): string {
  return `${name}@${new Date(firedAt).toISOString()}`;
}
