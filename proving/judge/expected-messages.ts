import type { EntryOf, Notification } from '../history.ts';
import { type Generation, HOUR, MINUTE, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import type { ClearRuns } from './clear-runs.ts';
import { broken, type Complaint } from './complaint.ts';
import type { Obstacles } from './obstacles.ts';
import type { Outbox } from './outbox.ts';
import type { Run } from './run.ts';
import { ExpectedSamples } from './samples.ts';
import type { StoredBuckets } from './stored-buckets.ts';

/** A run may take so long, beyond the run interval, to publish its messages. */
const SLACK = MINUTE;
/** Names are asked for again in the next run, or an hour later where nothing changes. */
const GROUPED_AGAIN = 2 * HOUR;
/** Three hours that have settled are compared, once an hour. */
const COMPARED = 6 * HOUR;

type Due = NonNullable<ReturnType<Outbox['get']>>;

/** A message as it was last sent. */
interface Sent {
  readonly notified: Notification;
  readonly run: number;
  readonly seen: boolean;
  /** Its delivery is stored. */
  recorded: boolean;
}

export interface Delivered {
  readonly notified: Notification;
  readonly time: number;
}

/** What a message is judged by, besides the truth. */
interface Involved {
  readonly outbox: Outbox;
  readonly obstacles: Obstacles;
  readonly clearRuns: ClearRuns;
  readonly stored: StoredBuckets;
}

/** Messages as subscribers get them, against the outbox. */
export class ExpectedMessages {
  readonly #scenario: Scenario;
  readonly #outbox: Outbox;
  readonly #obstacles: Obstacles;
  readonly #clearRuns: ClearRuns;
  readonly #samples: ExpectedSamples;
  /** By `id`. */
  readonly #sent = new Map<string, Sent>();
  /** By the key of the alert in the outbox. */
  readonly #alertIds = new Map<string, string>();
  #lastId: string | undefined;
  readonly delivered: Delivered[] = [];
  /** How many were delivered, repetitions left out, by kind. */
  readonly byKind = new Map<string, number>();
  /** Repetitions, and the longest time from the moment an alert could be seen until it was notified, ms. */
  readonly stats = { repeated: 0, latestMs: 0 };

  constructor(
    scenario: Scenario,
    truth: readonly TrueEvent[],
    { outbox, obstacles, clearRuns, stored }: Involved,
  ) {
    this.#scenario = scenario;
    this.#outbox = outbox;
    this.#obstacles = obstacles;
    this.#clearRuns = clearRuns;
    this.#samples = new ExpectedSamples(scenario, truth, stored);
  }

  /** A message has arrived. @returns the first invariant that it breaks */
  published(entry: EntryOf<'published'>, run: Run): Complaint | undefined {
    const { notified, seen, time } = entry;
    const key = this.#outbox.keyOf(notified);
    const due = this.#outbox.get(key);
    const text = `${notified.kind} of ${key}`;
    const before = this.#sent.get(notified.id);
    this.#sent.set(notified.id, { notified, run: run.number, seen, recorded: false });
    this.#outbox.arrived(key);
    this.#lastId = notified.id;
    if (before !== undefined) this.stats.repeated++;
    else this.byKind.set(notified.kind, (this.byKind.get(notified.kind) ?? 0) + 1);
    // The run slept before this call, and another run has published the message meanwhile.
    if (before !== undefined && run.mayOversleep) return undefined;
    const repetition = before && repetitionProblem(before, notified, run, text);
    if (repetition) return repetition;
    if (!due && (this.#isAboutGrouping(notified, time) || this.#isAboutSources(notified, time))) {
      return undefined;
    }
    if (!due) return broken('notified-for-a-cause', `${text} was notified without a cause`);
    const alertId = this.#alertIds.get(key) ?? notified.alertId;
    this.#alertIds.set(key, alertId);
    if (notified.alertId !== alertId) {
      return broken('one-alert-one-id', `${text} has another alertId than before`);
    }
    this.delivered.push({ notified, time });
    return (
      contentProblem(due, notified, text) ??
      this.#sampleProblem(entry, run, text) ??
      this.#latencyProblem(entry, due, run)
    );
  }

  /** Togai does not group, or did not a short time ago, and names that rules need are missing. */
  #isAboutGrouping({ alertId, kind }: Notification, time: number): boolean {
    if (!alertId.startsWith('grouping')) return false;
    const since = kind === 'recovered' ? Number.NEGATIVE_INFINITY : time - GROUPED_AGAIN;
    const { faults } = this.#scenario;
    const isFailing = faults.some(
      ({ kind: fault, from, to }) => fault.startsWith('grouping-') && from <= time && to >= since,
    );
    return (
      isFailing || this.#had(since, time, ({ metricsGrouping }) => metricsGrouping === 'ignored')
    );
  }

  /** Both sources are compared over some hours. They differ where metrics were of an older time meanwhile. */
  #isAboutSources({ alertId, kind }: Notification, time: number): boolean {
    if (!alertId.startsWith('sources')) return false;
    const since = kind === 'recovered' ? Number.NEGATIVE_INFINITY : time - COMPARED;
    return this.#had(
      since,
      time,
      ({ metricsStaleMinutes, metricsStalledAt }) =>
        metricsStaleMinutes > 0 || metricsStalledAt !== undefined,
    );
  }

  /** Whether a generation of that kind was in use in a span. */
  #had(start: number, end: number, isMeant: (generation: Generation) => boolean): boolean {
    const { generations } = this.#scenario;
    return generations.some(({ from, generation }, index) => {
      const to = generations[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return from <= end && to >= start && isMeant(generation);
    });
  }

  /** The delivery of the last message is stored. */
  recorded(): void {
    const sent = this.#sent.get(this.#lastId ?? '');
    if (sent) sent.recorded = true;
  }

  #sampleProblem(
    { notified, time }: EntryOf<'published'>,
    { source, lookedUp, begunAt }: Run,
    text: string,
  ): Complaint | undefined {
    const byMetrics = source === 'metrics';
    const isAlone = byMetrics && lookedUp === 1 && !this.#obstacles.between(begunAt, time);
    const wrong = this.#samples.problem(notified, byMetrics, isAlone, time);
    return wrong && { ...wrong, text: `${text} ${wrong.text}` };
  }

  #latencyProblem(
    { notified, seen, time }: EntryOf<'published'>,
    { atOnce }: Due,
    { at }: Run,
  ): Complaint | undefined {
    const { firedAt, threshold, kind, resolvedAt } = notified;
    if (kind !== 'fired' || !seen || !atOnce || resolvedAt) return undefined;
    const { settleMinutes, runEveryMinutes } = this.#scenario.settings;
    const visible = Date.parse(firedAt ?? '') + settleMinutes * MINUTE;
    const { since } = this.#clearRuns;
    const isClear = since !== undefined && visible >= since;
    if (!isClear || at < visible || this.#obstacles.between(visible, time)) return undefined;
    const delay = time - visible;
    this.stats.latestMs = Math.max(this.stats.latestMs, delay);
    if (delay <= runEveryMinutes * MINUTE + SLACK) return undefined;
    const minutes = Math.round(delay / MINUTE);
    const text = `fired of ${threshold} came ${minutes} minutes after it could be seen`;
    return broken('notified-in-time', text);
  }
}

function repetitionProblem(
  before: Sent,
  notified: Notification,
  run: Run,
  text: string,
): Complaint | undefined {
  if (before.run === run.number && before.seen) {
    return broken('repeated-only-after-a-crash', `${text} was notified twice by one run`);
  }
  if (before.recorded) {
    const again = `${text} was notified again, though its delivery was stored`;
    return broken('repeated-only-after-a-crash', again);
  }
  // A receiver that drops messages with a known id must lose nothing.
  const isSame =
    before.notified.kind === notified.kind && before.notified.resolvedAt === notified.resolvedAt;
  return isSame ? undefined : broken('one-message-one-id', `${text} has the id of another message`);
}

function contentProblem(due: Due, notified: Notification, text: string): Complaint | undefined {
  const { kind, value, window } = notified;
  if (due.kind !== kind) {
    return broken('kind-as-due', `${text} was notified, and should have been ${due.kind}`);
  }
  const resolvedAt = kind === 'gap' ? window?.end : notified.resolvedAt;
  const ended = resolvedAt == null ? undefined : Date.parse(resolvedAt);
  if (ended !== due.resolvedAt) {
    const expected = due.resolvedAt === undefined ? 'never' : isoOf(due.resolvedAt);
    const said = `${text} says that it ended ${resolvedAt ?? 'never'}`;
    return broken('end-as-due', `${said}, and it should be ${expected}`);
  }
  if (due.value !== undefined && value !== null && due.value !== value) {
    return broken('value-as-evaluated', `${text} says ${value}, and it should be ${due.value}`);
  }
  if (!due.window) return undefined;
  const [start, end] = [isoOf(due.window.start), isoOf(due.window.end)];
  if (window?.start === start && window.end === end) return undefined;
  const said = `${text} is of ${window?.start} to ${window?.end}`;
  return broken('window-as-evaluated', `${said}, and ${start} to ${end} was evaluated`);
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
