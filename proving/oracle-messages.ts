import type { EntryOf, Told } from './history.ts';
import { calendarOf, type Span } from './oracle-calendar.ts';
import { Obstacles } from './oracle-obstacles.ts';
import type { Outbox } from './oracle-outbox.ts';
import { isOf } from './oracle-rules.ts';
import type { Run } from './oracle-run.ts';
import { ExpectedSamples } from './oracle-samples.ts';
import { BUCKET, countingAt, MINUTE, type Rule, ruleText, type Scenario } from './scenario.ts';
import { statusAt, type TrueEvent } from './traffic.ts';

/** How long a run may take, beyond the interval, until its messages are out. */
const SLACK = MINUTE;

interface Violation {
  readonly invariant: 'notified';
  readonly time: number;
  readonly text: string;
}

interface ClearRun {
  readonly at: number;
  readonly time: number;
  /** Up to where it had counted, and the start of the window that it judged. */
  readonly watermark: number;
  readonly windowStart: number;
}

interface Sent {
  readonly notified: Told;
  readonly run: number;
  readonly seen: boolean;
  recorded: boolean;
}

interface Delivered {
  readonly notified: Told;
  readonly time: number;
}

/** Messages as people get them, against what was due and against the truth alone. */
export class ExpectedMessages {
  readonly #scenario: Scenario;
  readonly #outbox: Outbox;
  readonly #truth: readonly TrueEvent[];
  readonly #obstacles: Obstacles;
  readonly #samples: ExpectedSamples;
  readonly #delivered: Delivered[] = [];
  /** Of the messages that reached people: which run sent each last, and whether it is written down. */
  readonly #sent = new Map<string, Sent>();
  readonly #alertIds = new Map<string, string>();
  readonly #skipped: { readonly from: number; readonly to: number }[] = [];
  /** Runs that nothing stood in the way of: their time, when they ended, and up to where they had counted. */
  readonly #clear: ClearRun[] = [];
  /** Ranges in which accounts or schemas were not told apart. */
  readonly #blurred: { readonly from: number; readonly to: number }[] = [];
  #firstWatermark: number | undefined;
  #clearSince: number | undefined;
  #last: string | undefined;
  /** How many were delivered, repetitions left out, by kind. */
  readonly byKind = new Map<string, number>();
  readonly stats = { demanded: 0, repeated: 0, latestMs: 0 };

  constructor(scenario: Scenario, truth: readonly TrueEvent[], outbox: Outbox) {
    this.#scenario = scenario;
    this.#truth = truth;
    this.#obstacles = new Obstacles(scenario);
    this.#samples = new ExpectedSamples(scenario, truth);
    this.#outbox = outbox;
  }

  /** @returns why it should not have been told, or not like this */
  published(
    { notified, seen, time, run }: EntryOf<'published'>,
    { at, mayOversleep, begunAt, calendar, lookedUp }: Run,
  ): string | undefined {
    const key = this.#outbox.keyOf(notified);
    const due = this.#outbox.get(key);
    const text = `${notified.kind} of ${key}`;
    const before = this.#sent.get(notified.id);
    this.#sent.set(notified.id, { notified, run, seen, recorded: false });
    this.#outbox.arrived(key);
    this.#last = notified.id;
    if (before !== undefined) this.stats.repeated++;
    else this.byKind.set(notified.kind, (this.byKind.get(notified.kind) ?? 0) + 1);
    // It was about to publish when it fell asleep, and another run has done so meanwhile.
    if (before !== undefined && mayOversleep) return undefined;
    if (before?.run === run && before.seen) return `${text} was told twice by one run`;
    if (before?.recorded)
      return `${text} was told again, though its delivery had been written down`;
    if (before && !isSame(before.notified, notified))
      return `${text} has the id of another message`;
    if (!due) return `${text} was told without a cause`;
    const alertId = this.#alertIds.get(key) ?? notified.alertId;
    this.#alertIds.set(key, alertId);
    if (notified.alertId !== alertId) return `${text} has another alertId than before`;
    this.#delivered.push({ notified, time });
    if (due.kind !== notified.kind) return `${text} was told, and should have been ${due.kind}`;
    const resolvedAt = notified.kind === 'gap' ? notified.window?.end : notified.resolvedAt;
    const ended = resolvedAt == null ? undefined : Date.parse(resolvedAt);
    if (ended !== due.resolvedAt) {
      return `${text} says that it ended ${resolvedAt ?? 'never'}, and it should be ${due.resolvedAt === undefined ? 'never' : new Date(due.resolvedAt).toISOString()}`;
    }
    if (due.value !== undefined && notified.value !== null && due.value !== notified.value) {
      return `${text} says ${notified.value}, and it should be ${due.value}`;
    }
    const { start, end } = due.window ?? {};
    const isOther = notified.window?.start !== isoOf(start) || notified.window?.end !== isoOf(end);
    if (start !== undefined && isOther) {
      return `${text} is of ${notified.window?.start} to ${notified.window?.end}, and ${isoOf(start)} to ${isoOf(end)} was evaluated`;
    }
    const byMetrics = calendar.counting === 'metrics';
    const isAlone = byMetrics && lookedUp === 1 && !this.#obstacles.between(begunAt, time);
    const wrong = this.#samples.problem(notified, byMetrics, isAlone, time);
    if (wrong) return `${text} ${wrong}`;
    if (notified.kind === 'fired' && seen && due.atOnce && !notified.resolvedAt)
      return this.#latency(notified, at, time);
    return undefined;
  }

  #latency({ firedAt, threshold }: Told, at: number, time: number): string | undefined {
    const { settleMinutes, runEveryMinutes } = this.#scenario.settings;
    const visible = Date.parse(firedAt ?? '') + settleMinutes * MINUTE;
    const isClear = this.#clearSince !== undefined && visible >= this.#clearSince;
    if (!isClear || at < visible || this.#obstacles.between(visible, time)) return undefined;
    const delay = time - visible;
    this.stats.latestMs = Math.max(this.stats.latestMs, delay);
    return delay > runEveryMinutes * MINUTE + SLACK
      ? `fired of ${threshold} came ${Math.round(delay / MINUTE)} minutes after it could be seen`
      : undefined;
  }

  /** The delivery of the last message is written down. */
  recorded(): void {
    const sent = this.#sent.get(this.#last ?? '');
    if (sent) sent.recorded = true;
  }

  /** A range that was not counted to its end: by the truth alone nothing can be said of it. */
  skipped(from: number, to: number): void {
    this.#skipped.push({ from, to });
  }

  /** A range of which not all accounts or schemas are known. */
  blurred(from: number, to: number): void {
    this.#blurred.push({ from, to });
  }

  /** @param windowStart of the newest window that it judged; `undefined` where it judged none */
  runEnded(
    at: number,
    time: number,
    isClear: boolean,
    watermark: number | undefined,
    windowStart: number | undefined,
  ): void {
    if (watermark !== undefined) this.#firstWatermark ??= watermark;
    if (!isClear || watermark === undefined || windowStart === undefined) {
      this.#clearSince = undefined;
      return;
    }
    // What piled up before stands in the way, too: it is counted first.
    const newest = floor(at - this.#scenario.settings.settleMinutes * MINUTE);
    this.#clearSince = watermark < newest ? undefined : (this.#clearSince ?? at);
    this.#clear.push({ at, time, watermark, windowStart });
  }

  /**
   * By the truth alone, whatever was stored and decided: a count that was crossed, and stayed so from the first moment
   * at which it could be seen, has been told by the first run that nothing stood in the way of.
   */
  finish(): Violation[] {
    const { rules, ignoredAccounts, ignoredSchemas } = this.#scenario.settings;
    const byTimestamp = this.#scenario.timeField !== 'createdAt';
    if (byTimestamp && this.#scenario.counting.some(({ how }) => how === 'events')) return [];
    const ignoreLists = new Set([...ignoredAccounts, ...ignoredSchemas].map(({ name }) => name));
    const judged = this.#truth.filter(
      ({ account, schema }) => !ignoreLists.has(account) && !ignoreLists.has(schema),
    );
    return rules.flatMap((rule) => {
      const isPlain =
        rule.unit === 'events' && rule.operator.startsWith('>') && rule.forMinutes === 0;
      const isSpokenFor =
        !rule.critical && rules.some((other) => other.critical && other.subject === rule.subject);
      return isPlain && !isSpokenFor ? this.#demand(rule, judged) : [];
    });
  }

  #demand(rule: Rule, truth: readonly TrueEvent[]): Violation[] {
    const { settleMinutes } = this.#scenario.settings;
    const surely = Map.groupBy(
      truth.filter((event) => {
        const bucketEnd = floor(event.createdAt) + BUCKET;
        const seen = statusAt(event, bucketEnd + settleMinutes * MINUTE);
        if (seen === undefined || !isOf(rule.subject, seen)) return false;
        const later = event.statuses.filter(
          ({ from }) => from > bucketEnd + settleMinutes * MINUTE,
        );
        return later.every(({ status }) => isOf(rule.subject, status));
      }),
      ({ createdAt }) => floor(createdAt),
    );
    const episodes = this.#episodesOf(ruleText(rule));
    const violations: Violation[] = [];
    let wasBreached = false;
    for (const { start: first, end } of this.#windowsSeen(rule)) {
      const inWindow: TrueEvent[] = [];
      for (let start = first; start < end; start += BUCKET) {
        inWindow.push(...(surely.get(start) ?? []));
      }
      const breached = isBreached(rule, inWindow);
      if (breached && !wasBreached) this.stats.demanded++;
      wasBreached = breached;
      // What is over when the run looks is told with its end, later.
      const run =
        breached &&
        this.#clear.find(
          ({ watermark, windowStart }) => watermark === end && windowStart === first,
        );
      if (!run) continue;
      const notified = episodes.some(
        ({ firedAt, endedAt, toldAt }) => firedAt <= end && endedAt > end && toldAt <= run.time,
      );
      if (notified) continue;
      violations.push({
        invariant: 'notified',
        time: run.time,
        text: `${ruleText(rule)} was breached at ${new Date(end).toISOString()} for everybody to see, and nobody was told`,
      });
      break;
    }
    return violations;
  }

  /** Windows that a clear run had to judge. */
  #windowsSeen({ by }: Rule): Span[] {
    const first = (this.#firstWatermark ?? Number.POSITIVE_INFINITY) + BUCKET;
    const last = this.#clear.at(-1)?.watermark ?? 0;
    const { settings } = this.#scenario;
    const windows: Span[] = [];
    for (let end = first; end <= last; end += BUCKET) {
      const how = countingAt(this.#scenario, end + settings.settleMinutes * MINUTE);
      const window = calendarOf(how, settings).windowAt(end);
      const touches = ({ from, to }: { readonly from: number; readonly to: number }) =>
        end > from && window.start < to;
      const isBlurred = by !== undefined && this.#blurred.some(touches);
      if (!this.#skipped.some(touches) && !isBlurred) windows.push(window);
    }
    return windows;
  }

  #episodesOf(name: string) {
    const episodes = new Map<string, { firedAt: number; endedAt: number; toldAt: number }>();
    for (const { notified, time } of this.#delivered) {
      if (notified.threshold !== name || notified.firedAt === null) continue;
      const toldAt = episodes.get(notified.alertId)?.toldAt ?? time;
      const endedAt =
        notified.resolvedAt === null ? Number.POSITIVE_INFINITY : Date.parse(notified.resolvedAt);
      episodes.set(notified.alertId, { firedAt: Date.parse(notified.firedAt), endedAt, toldAt });
    }
    return [...episodes.values()];
  }
}

/** Who goes by the `id` loses nothing. */
function isSame(one: Told, other: Told): boolean {
  return one.kind === other.kind && one.resolvedAt === other.resolvedAt;
}

function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function isBreached({ by, limit, operator }: Rule, events: readonly TrueEvent[]): boolean {
  const isBeyond = (count: number) => (operator === '>=' ? count >= limit : count > limit);
  if (!by) return isBeyond(events.length);
  const groups = Map.groupBy(events, (event) => event[by]);
  return [...groups.values()].some((group) => isBeyond(group.length));
}

function floor(time: number): number {
  return Math.floor(time / BUCKET) * BUCKET;
}
