import type { Entry } from '../../history.ts';
import type { Scenario } from '../../world/scenario.ts';
import type { MadeSilence } from '../../world/silencing.ts';
import type { TrueEvent } from '../../world/true-event.ts';
import type { Violation } from '../complaint.ts';
import { causesNotNotified } from './cause-notified.ts';
import { digestProblems } from './digests.ts';
import { channelsApart } from './each-channel.ts';
import { endsNotTold, endsToldLate } from './ended-in-time.ts';
import type { Known } from './finished-world.ts';
import { gapsNotToldOnce } from './gaps-told.ts';
import type { Channel } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import { MessageOrder } from './messages-in-order.ts';
import { falseOpens } from './no-false-open.ts';
import { endsTooEarly } from './not-ended-early.ts';
import { causesTwice } from './one-cause.ts';
import { ownFailures } from './own-failures.ts';
import { needlessPages } from './pager-critical-only.ts';
import { RunNotes } from './run-notes.ts';
import { silencesBroken } from './silence-kept.ts';
import { goesOnUntold } from './silence-over.ts';
import { Silences } from './silences.ts';
import { silencesNotTold } from './silences-told.ts';
import { TrueLosses } from './true-losses.ts';
import { untrueNumbers } from './true-numbers.ts';
import { TrueTraffic } from './true-traffic.ts';

/**
 * Judges the messages about incidents when the world is over. It knows the truth, every message with the run that has published
 * it, and all that was counted.
 */
export class IncidentJudge {
  readonly #scenario: Scenario;
  readonly #truth: readonly TrueEvent[];
  readonly #runs: RunNotes;
  readonly #order: MessageOrder;
  readonly #told: Map<Channel, Told[]>;
  readonly #silences = new Map<string, MadeSilence>();
  #demanded = 0;

  /** @param truth oldest first by `createdAt` */
  constructor(scenario: Scenario, truth: readonly TrueEvent[]) {
    this.#scenario = scenario;
    this.#truth = truth;
    this.#runs = new RunNotes(scenario);
    this.#order = new MessageOrder(scenario);
    this.#told = new Map(scenario.channels.map((channel) => [channel, []]));
  }

  /** How many times the truth alone demanded an open incident. Known when the world is over. */
  get demanded(): number {
    return this.#demanded;
  }

  note(entry: Entry): void {
    if (entry.type === 'silence') this.#silences.set(entry.silence.id, entry.silence);
    const run = this.#runs.note(entry);
    if (!run || entry.type !== 'published') return;
    const { channel, seen, time, message } = entry;
    const told = { message, channel, seen, time, at: Date.parse(message.at), run };
    this.#told.set(channel, [...(this.#told.get(channel) ?? []), told]);
  }

  /** The world is over. @returns the violations, oldest first */
  finish(): Violation[] {
    const { ignoredAccounts, ignoredSchemas } = this.#scenario.settings;
    const accounts = new Set(ignoredAccounts.map(({ name }) => name));
    const schemas = new Set(ignoredSchemas.map(({ name }) => name));
    const evaluated = this.#truth.filter(
      ({ account, schema }) => !accounts.has(account) && !schemas.has(schema),
    );
    const known: Known = {
      scenario: this.#scenario,
      runs: this.#runs,
      losses: new TrueLosses(this.#scenario, evaluated, this.#runs),
      traffic: new TrueTraffic(evaluated),
      silences: new Silences([...this.#silences.values()], this.#runs),
      told: new Map([...this.#told].map(([channel, told]) => [channel, withoutRepeated(told)])),
    };
    const causes = causesNotNotified(known);
    this.#demanded = causes.demanded;
    const inOrder = [...this.#told.values()].flat().sort((a, b) => a.time - b.time);
    return [
      ...this.#order.judge(inOrder, known),
      ...causes.violations,
      ...endsNotTold(known),
      ...endsToldLate(known),
      ...endsTooEarly(known),
      ...causesTwice(known),
      ...channelsApart(known),
      ...needlessPages(known),
      ...untrueNumbers(known),
      ...falseOpens(known),
      ...ownFailures(known),
      ...gapsNotToldOnce(known),
      ...digestProblems(known),
      ...silencesBroken({ ...known, told: this.#told }),
      ...goesOnUntold(known),
      ...silencesNotTold(known),
    ].sort((a, b) => a.time - b.time);
  }
}

/** A message that comes again is no news: receivers know it by its id. */
function withoutRepeated(told: readonly Told[]): Told[] {
  const ids = new Set<string>();
  return told.filter(({ message: { id } }) => !ids.has(id) && ids.add(id));
}
