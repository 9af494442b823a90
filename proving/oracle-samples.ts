import type { Told } from './history.ts';
import { isOf } from './oracle-rules.ts';
import { type Rule, ruleText, type Scenario } from './scenario.ts';
import type { TrueEvent } from './traffic.ts';

/** Requests a second at which what is to be looked up for one message is there in time. */
const FAST = 2;

/** Samples in messages, against the truth. */
export class ExpectedSamples {
  readonly #truth: ReadonlyMap<string, TrueEvent>;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #ignoreLists: ReadonlySet<string>;
  readonly #isFast: boolean;

  constructor({ settings }: Scenario, events: readonly TrueEvent[]) {
    this.#truth = new Map(events.map((event) => [event.referenceId, event]));
    this.#rules = new Map(settings.rules.map((rule) => [ruleText(rule), rule]));
    const forGood = settings.ignoredAccounts.filter(({ lastDay }) => lastDay === undefined);
    this.#ignoreLists = new Set(forGood.map(({ name }) => name));
    this.#isFast = settings.maxRequestsPerSecond >= FAST;
  }

  /**
   * What is wrong with the samples of a message, in words.
   *
   * @param areListed they were looked up for this message, and not met when the events were counted
   * @param isAlone nothing stood in the way of that
   */
  problem(
    { threshold, kind, summary, window, groups, value, resolvedAt }: Told,
    areListed: boolean,
    isAlone: boolean,
    now: number,
  ): string | undefined {
    const rule = this.#rules.get(threshold ?? '');
    if (!rule || !summary || !window) return undefined;
    const [worst] = groups;
    for (const sample of summary.samples) {
      const event = this.#truth.get(sample.referenceId ?? '');
      const name = `has a sample, ${sample.referenceId},`;
      if (!event) return `${name} that was never sent`;
      const hadStatus = event.statuses.some(
        ({ from, status }) => status === sample.status && from <= now,
      );
      if (!hadStatus) return `${name} that never was ${sample.status}`;
      if (!isOf(rule.subject, sample.status)) return `${name} that is ${sample.status}`;
      if (event.account !== sample.accountId || event.schema !== sample.schemaName) {
        return `${name} of another account or schema`;
      }
      if (this.#ignoreLists.has(event.account)) return `${name} of an account that is ignored`;
      if (!areListed) continue;
      const time = event.createdAt;
      if (time < Date.parse(window.start) || time >= Date.parse(window.end)) {
        return `${name} of another time`;
      }
      if (rule.by && worst && event[rule.by] !== worst.name) return `${name} of another group`;
    }
    const isFirst = kind === 'fired' && resolvedAt === null && isAlone && this.#isFast;
    const isProblem = rule.subject === 'unmetered' || rule.subject === 'failed';
    const hasSome = isFirst && isProblem && (value ?? 0) > 0;
    return hasSome && summary.samples.length === 0 ? 'has no samples' : undefined;
  }
}
