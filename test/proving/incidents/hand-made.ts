import type { Entry, EntryOf, Note, StateView } from '../../../proving/history.ts';
import type { Invariant } from '../../../proving/invariants.ts';
import { IncidentJudge } from '../../../proving/judge/incidents/incident-judge.ts';
import { createWorld } from '../../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../../proving/world/generation.ts';
import {
  BUCKET,
  type Fault,
  HOUR,
  MINUTE,
  type Scenario,
} from '../../../proving/world/scenario.ts';
import type { MadeSilence } from '../../../proving/world/silencing.ts';
import type { Threshold } from '../../../proving/world/world-settings.ts';
import { eventsOf, minute, type Published, type Sending, START } from './parts.ts';

export const UNMETERED: Threshold = {
  subject: 'unmetered',
  operator: '>=',
  limit: 10,
  unit: 'events',
  forMinutes: 0,
  critical: false,
};

/** A world of some hours, and the work of the monitor in it. */
export interface Story {
  readonly hours?: number;
  readonly sending: readonly Sending[];
  readonly messages?: readonly Published[];
  readonly silences?: readonly MadeSilence[];
  readonly thresholds?: readonly Threshold[];
  readonly faults?: readonly Fault[];
  readonly channels?: readonly [string, ...string[]];
  /** The outcome of the run at a minute of the world. @default `finished` */
  readonly outcome?: (at: number) => string | undefined;
  /** How many minutes the run at a minute hangs before it ends. @default none */
  readonly hangs?: (at: number) => number;
  /** Whether the run at a minute is left out. */
  readonly isSkipped?: (at: number) => boolean;
  /** Runs take looks, and list nothing. */
  readonly byMetrics?: boolean;
  readonly repeatMinutes?: number;
  /** The digest is due at minute 120. @default nobody wants one */
  readonly hasDigest?: boolean;
  readonly ignoredAccounts?: Scenario['settings']['ignoredAccounts'];
  /** Buckets that did not fit into a run, by the minute of their start. */
  readonly tooLarge?: readonly number[];
  /** Buckets that were not counted, by the minute of their start. */
  readonly uncounted?: readonly number[];
}

/** The invariants that the judge of incidents says are broken, each once. */
export function broken(story: Story): Invariant[] {
  const { hours = 5, sending } = story;
  const truth = sending
    .flatMap((one) => eventsOf(one, hours))
    .sort((a, b) => a.createdAt - b.createdAt);
  const judge = new IncidentJudge(scenarioOf(story, hours), truth);
  for (const entry of historyOf(story, hours)) judge.note(entry);
  return [...new Set(judge.finish().map(({ invariant }) => invariant))];
}

function scenarioOf(story: Story, hours: number): Scenario {
  const created = createWorld(5, 1);
  const { thresholds = [UNMETERED], faults = [], byMetrics, repeatMinutes = 60 } = story;
  return {
    ...created,
    start: START,
    end: minute(hours * 60),
    weight: 1,
    incidents: [],
    faults,
    channels: story.channels ?? ['sns'],
    counting: [{ from: START, how: byMetrics ? 'metrics' : 'listing' }],
    generations: [{ from: START, generation: FIRST_GENERATION }],
    settings: {
      ...created.settings,
      thresholds,
      windowMinutes: 60,
      settleMinutes: 0,
      minimumEvents: 20,
      repeatMinutes,
      maxCatchUpHours: 6,
      ignoredAccounts: story.ignoredAccounts ?? [],
      ignoredSchemas: [],
      runEveryMinutes: 5,
      ...(story.hasDigest && { digestDay: 'TUE' as const }),
    },
  };
}

function historyOf(story: Story, hours: number): Entry[] {
  const entries: Entry[] = (story.silences ?? []).map((silence) => ({
    type: 'silence',
    silence,
    time: silence.madeAt,
    run: -1,
  }));
  let watermark = START - HOUR;
  for (let at = 0; at < hours * 60; at += 5) {
    if (story.isSkipped?.(at)) continue;
    const notes = runOf(story, at, watermark);
    const time = minute(at) + 2_000;
    entries.push(
      ...notes.map((note, index) => ({ ...note, time: time + index * 100, run: at }) as Entry),
    );
    const end = entries.at(-1);
    const hangsMs = (story.hangs?.(at) ?? 0) * MINUTE;
    if (end && hangsMs > 0) entries.splice(-1, 1, { ...end, time: end.time + hangsMs });
    const outcome = story.outcome?.(at) ?? 'finished';
    if (outcome === 'finished') watermark = minute(at);
  }
  return entries.sort((a, b) => a.time - b.time);
}

function runOf(story: Story, at: number, watermark: number): Note[] {
  const { messages = [], byMetrics = false, outcome, hangs } = story;
  const how = outcome?.(at) ?? 'finished';
  const counting = byMetrics ? 'metrics' : 'listing';
  const [now, mayOversleep] = [minute(at) + 2_000, (hangs?.(at) ?? 0) > 0];
  const begun: Note = { type: 'begun', at: minute(at), now, mayOversleep, counting };
  const ended = { type: 'ended', outcome: how, source: counting, sleepers: 0 } as Note;
  const hasCounted = how === 'finished';
  const state = (leaseUntil: number, isCommit: boolean) =>
    ({
      runNumber: at,
      committedAt: isCommit ? minute(at) : undefined,
      leaseUntil,
      unfinished: hasCounted ? 0 : 1,
      watermark: hasCounted && isCommit ? minute(at) : watermark,
      evaluatedTo: minute(at),
      source: counting,
    }) as StateView;
  const published = messages
    .filter((one) => one.at === at)
    .map(({ content, channel = 'sns', seen = true }) => ({
      type: 'published' as const,
      channel,
      message: content,
      seen,
    }));
  if (how === 'held') return [begun, ended];
  const counted = byMetrics ? [lookOf(at, watermark)] : bucketsOf(story, at, watermark);
  return [
    begun,
    { type: 'state', state: state(minute(at + 4), false), seen: true },
    ...(hasCounted ? counted : []),
    { type: 'state', state: state(minute(at + 4), true), seen: true },
    ...published,
    ...(how === 'killed' ? [] : [{ type: 'state' as const, state: state(0, false), seen: true }]),
    ended,
  ] as Note[];
}

function bucketsOf(
  { uncounted = [], tooLarge = [] }: Story,
  at: number,
  watermark: number,
): Note[] {
  const notes: Note[] = [];
  for (let start = watermark; start < minute(at); start += BUCKET) {
    if (uncounted.some((one) => minute(one) === start)) continue;
    const bucket = {
      start,
      partial: tooLarge.some((one) => minute(one) === start),
      counts: { total: 50, ignored: 0, malformed: 0, accounts: { truncated: false } },
    } as EntryOf<'bucket'>['bucket'];
    notes.push({ type: 'bucket', bucket, seen: true });
  }
  return notes;
}

function lookOf(at: number, since: number): Note {
  const hour = Math.floor(minute(at) / HOUR) * HOUR;
  const look = {
    end: minute(at),
    since,
    isFirst: at === 0,
    takenAt: minute(at) + 2_000,
    runNumber: at,
    asked: [{ scope: 'all', start: hour - HOUR, end: hour + 2 * HOUR, complete: true }],
    changes: [],
    exceptions: [],
    stale: [],
  };
  return { type: 'look', look, seen: true };
}
