import type { PublishedMessage } from '../../../proving/history.ts';
import { isOf, isSettled } from '../../../proving/judge/status-groups.ts';
import { BUCKET, HOUR, MINUTE, type Scenario } from '../../../proving/world/scenario.ts';
import { statusAt, type TrueEvent } from '../../../proving/world/true-event.ts';
import {
  type Incident,
  newAccount,
  newIncident,
  nextMessage,
  SUBJECT,
  stateOf,
} from './plain-incident.ts';

const LEAST = 5;
const TOGETHER = 30 * MINUTE;
export const bucketOf = (time: number) => Math.floor(time / BUCKET) * BUCKET;

/**
 * A monitor of one page that lists all buckets and follows the design to the letter, for worlds without faults. It shows that
 * the judge has nothing against it.
 */
export class PlainMonitor {
  readonly #scenario: Scenario;
  readonly #limit: number;
  readonly #incidents: Incident[] = [];
  /** Losses that an end has counted. */
  readonly #counted = new Set<TrueEvent>();
  readonly #lost: readonly TrueEvent[];
  readonly #byAccount: ReadonlyMap<string, readonly TrueEvent[]>;
  #count = 0;

  /** @param events in the order of the time that they are counted by, which is their `createdAt` */
  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#scenario = scenario;
    const own = scenario.settings.thresholds.find(({ subject, by }) => subject === SUBJECT && !by);
    this.#limit = (own?.limit ?? 10) / scenario.weight;
    this.#lost = events.filter(({ statuses }) =>
      statuses.some(({ status }) => isOf(SUBJECT, status)),
    );
    this.#byAccount = Map.groupBy(events, ({ account }) => account);
  }

  /** A run that has counted everything before an end. @returns its messages */
  run(at: number, end: number): PublishedMessage[] {
    const { weight } = this.#scenario;
    const start = end - this.#scenario.settings.windowMinutes * MINUTE;
    const isLost = (event: TrueEvent) => isOf(SUBJECT, statusAt(event, at) ?? '');
    const window = this.#lost.filter(
      (event) =>
        event.createdAt >= start &&
        event.createdAt < end &&
        isLost(event) &&
        !this.#counted.has(event),
    );
    const messages: PublishedMessage[] = [];
    const open = this.#incidents.filter(({ isOpen }) => isOpen);
    for (const incident of open) this.#update(incident, window, at, end, isLost);
    this.#open(window, at, end, isLost);
    for (const incident of this.#incidents) {
      const kind = this.#kindFor(incident, at, end);
      if (kind)
        messages.push(
          nextMessage(incident, kind, at, { start, end }, { limit: this.#limit, weight }),
        );
      if (kind === 'resolved') this.#close(incident, at, end, isLost);
    }
    return messages;
  }

  #open(
    window: readonly TrueEvent[],
    at: number,
    end: number,
    isLost: (event: TrueEvent) => boolean,
  ): void {
    const open = this.#incidents.filter(({ isOpen }) => isOpen);
    const isNamed = (account: string) => open.some(({ accounts }) => accounts.has(account));
    const rest = window.filter(({ account }) => !isNamed(account));
    const groups = Map.groupBy(rest, ({ account }) => account);
    const qualified = [...groups].filter(([name, own]) =>
      this.#qualifies(name, own, rest.length, end),
    );
    for (const [name, own] of qualified) {
      const first = bucketOf(own[0]?.createdAt ?? at);
      const joined = open.findLast(({ accounts }) =>
        [...accounts.values()].some(({ onset }) => Math.abs(first - onset) <= TOGETHER),
      );
      if (joined && own.length >= LEAST) joined.accounts.set(name, newAccount(name, first));
    }
    const left = qualified.filter(([name]) => !isNamed(name));
    const alone = left.filter(([, own]) => own.length >= this.#limit);
    const hasOthers = open.some(({ accounts }) => accounts.size === 0);
    const sum = rest.filter(({ account }) => !isNamed(account)).length;
    const isBreached =
      alone.length > 0 || (sum >= this.#limit && !(hasOthers && left.length === 0));
    if (!isBreached || open.length >= 5) return;
    const own = left.filter(([, losses]) => losses.length * this.#scenario.weight >= LEAST);
    const before = this.#incidents.findLast(
      ({ isOpen, endedAt, accounts }) =>
        !isOpen && at - endedAt < 6 * HOUR && own.some(([name]) => accounts.has(name)),
    );
    const incident: Incident = before ?? newIncident(`incident-${++this.#count}`);
    if (!before) this.#incidents.push(incident);
    incident.isOpen = true;
    for (const [name, losses] of own) {
      const known = incident.accounts.get(name);
      const first = bucketOf(losses[0]?.createdAt ?? at);
      if (!known) incident.accounts.set(name, newAccount(name, first));
    }
    this.#update(incident, window, at, end, isLost);
  }

  #qualifies(name: string, own: readonly TrueEvent[], all: number, end: number): boolean {
    if (own.length * this.#scenario.weight < LEAST || name === '') return false;
    const sent = this.#sent(name, end - this.#scenario.settings.windowMinutes * MINUTE, end).length;
    return own.length >= 0.05 * sent || own.length >= 0.1 * all;
  }

  #sent(name: string, from: number, to: number): readonly TrueEvent[] {
    return (this.#byAccount.get(name) ?? []).filter(
      ({ createdAt }) => createdAt >= from && createdAt < to,
    );
  }

  #update(
    incident: Incident,
    window: readonly TrueEvent[],
    at: number,
    end: number,
    isLost: (event: TrueEvent) => boolean,
  ): void {
    incident.othersLost = window.filter(({ account }) => !incident.accounts.has(account)).length;
    for (const account of incident.accounts.values()) {
      const sent = this.#sent(account.name, account.onset, end);
      const lost = sent.filter(isLost);
      const buckets = [...new Set(lost.map(({ createdAt }) => bucketOf(createdAt)))];
      for (const [index, bucket] of buckets.entries()) {
        const before = buckets[index - 1];
        if (before === undefined) continue;
        incident.longestPause = Math.max(incident.longestPause, bucket - before - BUCKET);
      }
      account.lastEnd = (buckets.at(-1) ?? account.onset) + BUCKET;
      account.lost = lost.filter(({ createdAt }) => createdAt < account.lastEnd).length;
      account.total = sent.filter(({ createdAt }) => createdAt < account.lastEnd).length;
      const least = Math.max(15 * MINUTE, Math.min(6 * HOUR, 1.5 * incident.longestPause));
      const proof = sent.filter(
        (event) =>
          event.createdAt >= account.lastEnd &&
          isSettled(statusAt(event, at) ?? 'INGESTION_IN_PROGRESS'),
      ).length;
      const needed = (10 * account.total) / Math.max(1, account.lost);
      const isMended = end - account.lastEnd >= least && proof >= needed;
      account.end = isMended ? account.lastEnd : null;
      const newest = sent.at(-1)?.createdAt ?? account.onset;
      account.stopped = !isMended && end - newest >= HOUR ? bucketOf(newest) + BUCKET : null;
    }
  }

  #kindFor(incident: Incident, at: number, end: number): PublishedMessage['kind'] | undefined {
    if (!incident.isOpen) return undefined;
    const { repeatMinutes } = this.#scenario.settings;
    const accounts = [...incident.accounts.values()];
    if (!incident.told) return 'opened';
    const calm = this.#lost.filter(
      ({ account, createdAt }) =>
        createdAt >= end - 15 * MINUTE && createdAt < end && !incident.accounts.has(account),
    );
    const isOver = accounts.every((one) => one.end !== null || one.stopped !== null);
    const isStopped = accounts.length > 0 && accounts.every((one) => one.stopped !== null);
    if (isOver && !isStopped && calm.length * 4 < this.#limit) return 'resolved';
    const isChanged = incident.told !== stateOf(incident);
    if (isChanged && at - incident.changedAt >= 30 * MINUTE) return 'changed';
    const isDue = repeatMinutes > 0 && at - incident.remindedAt >= repeatMinutes * MINUTE;
    return isDue && !isStopped ? 'reminder' : undefined;
  }

  #close(incident: Incident, at: number, end: number, isLost: (event: TrueEvent) => boolean): void {
    incident.isOpen = false;
    incident.endedAt = at;
    const isOther = (account: string) =>
      this.#incidents.some((one) => one.isOpen && one.accounts.has(account));
    for (const event of this.#lost) {
      if (event.createdAt < end && isLost(event) && !isOther(event.account))
        this.#counted.add(event);
    }
  }
}
