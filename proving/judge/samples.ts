import type { Notification } from '../history.ts';
import { BUCKET, DAY, generationAt, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { type Threshold, thresholdText } from '../world/world-settings.ts';
import { broken, type Complaint } from './complaint.ts';
import { floorTo } from './span.ts';
import { isOf } from './status-groups.ts';
import type { StoredBuckets } from './stored-buckets.ts';

/** At this rate, requests a second, the samples of one message are looked up in time. */
const FAST = 2;

type Sample = NonNullable<Notification['summary']>['samples'][number];

/** Samples in messages, against the truth. */
export class ExpectedSamples {
  readonly #scenario: Scenario;
  readonly #stored: StoredBuckets;
  readonly #truth: ReadonlyMap<string, TrueEvent>;
  readonly #thresholds: ReadonlyMap<string, Threshold>;
  readonly #ignoredAccounts: ReadonlySet<string>;
  readonly #isFast: boolean;

  constructor(scenario: Scenario, events: readonly TrueEvent[], stored: StoredBuckets) {
    const { settings } = scenario;
    this.#scenario = scenario;
    this.#stored = stored;
    this.#truth = new Map(events.map((event) => [event.referenceId, event]));
    this.#thresholds = new Map(settings.thresholds.map((one) => [thresholdText(one), one]));
    const forGood = settings.ignoredAccounts.filter(({ lastDay }) => lastDay === undefined);
    this.#ignoredAccounts = new Set(forGood.map(({ name }) => name));
    this.#isFast = settings.maxRequestsPerSecond >= FAST;
  }

  /**
   * The first thing that is wrong with the samples of a message.
   *
   * @param mayBeLookedUp they may have been looked up for this message, and not taken from counted events
   * @param isAlone no obstacle and no other message delayed the look-up
   */
  problem(
    notification: Notification,
    mayBeLookedUp: boolean,
    isAlone: boolean,
    now: number,
  ): Complaint | undefined {
    const { kind, summary, value, resolvedAt } = notification;
    const threshold = this.#thresholds.get(notification.threshold ?? '');
    if (!threshold || !summary || !notification.window) return undefined;
    for (const sample of summary.samples) {
      // Every copy of an event is as true as the event.
      const [own = ''] = (sample.referenceId ?? '').split('~');
      const event = this.#truth.get(own);
      const wrong = event
        ? (untrue(sample, event, now) ??
          this.#unfit(
            sample,
            event,
            threshold,
            mayBeLookedUp ? { ...notification, now } : undefined,
          ))
        : broken('sample-is-true', `${nameOf(sample)} that was never sent`);
      if (wrong) return wrong;
    }
    const isFirst = kind === 'fired' && resolvedAt === null && isAlone && this.#isFast;
    const isProblem = threshold.subject === 'unmetered' || threshold.subject === 'failed';
    const needsSome = isFirst && isProblem && (value ?? 0) > 0 && this.#canShow(now);
    if (!needsSome || summary.samples.length > 0) return undefined;
    return broken('samples-shown', 'has no samples');
  }

  /** Whether the pages of a list hold the newest events: it is newest first, by the time that the window is of. */
  #canShow(now: number): boolean {
    const { orderBy, order } = generationAt(this.#scenario, now);
    return orderBy === 'createdAt' && order === 'newest-first';
  }

  /** A listed bucket keeps samples of all groups. */
  #isListed({ createdAt, timestamp }: TrueEvent): boolean {
    return [createdAt, timestamp].some((time) => this.#stored.newest(floorTo(BUCKET, time)));
  }

  /** @param lookedUpFor the message that the sample was looked up for */
  #unfit(
    sample: Sample,
    event: TrueEvent,
    threshold: Threshold,
    lookedUpFor: (Notification & { readonly now: number }) | undefined,
  ): Complaint | undefined {
    const unfit = (why: string) => broken('sample-fits-the-alert', `${nameOf(sample)} ${why}`);
    if (!isOf(threshold.subject, sample.status)) return unfit(`that is ${sample.status}`);
    if (this.#ignoredAccounts.has(event.account)) return unfit('of an account that is ignored');
    if (!lookedUpFor) return undefined;
    const { window, groups, now } = lookedUpFor;
    const start = Date.parse(window?.start ?? '');
    // A look counts events that came late. They are looked up to the time of the message.
    if (event.createdAt < start - DAY || event.createdAt > now) {
      return unfit('of another time');
    }
    const [worst] = groups;
    if (this.#isListed(event)) return undefined;
    if (threshold.by && worst && event[threshold.by] !== worst.name) {
      return unfit('of another group');
    }
    return undefined;
  }
}

function untrue(sample: Sample, event: TrueEvent, now: number): Complaint | undefined {
  const hadStatus = event.statuses.some(
    ({ from, status }) => status === sample.status && from <= now,
  );
  if (!hadStatus) {
    return broken('sample-is-true', `${nameOf(sample)} that never was ${sample.status}`);
  }
  if (event.account !== sample.accountId || event.schema !== sample.schemaName) {
    return broken('sample-is-true', `${nameOf(sample)} of another account or schema`);
  }
  return undefined;
}

function nameOf({ referenceId }: Sample): string {
  return `has a sample, ${referenceId},`;
}
