import { BUCKET, DAY, HOUR } from '../../world/scenario.ts';
import type { TrueEvent } from '../../world/true-event.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { floorTo, overlaps, type Span } from '../span.ts';
import { type Known, violationAt } from './finished-world.ts';
import { timeOf } from './incidents-per-channel.ts';
import { type Channel, isForPeople } from './is-for-people.ts';
import { timesLostAgain } from './lost-again.ts';
import type { Told } from './message-with-run.ts';
import { isPlainTime, type Loss } from './true-losses.ts';
import { mayMissLosses } from './unknown-losses.ts';

const SUBJECTS = ['unmetered', 'failed', 'unknown'] as const;
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MORNING = 8 * HOUR;
/** A digest waits so long for the count of its last minutes. */
const PATIENCE = 6 * HOUR;
/** `at least 1,517 of 3,013,584 events not billed` */
const LOST = /([\d,]+) of [\d,]+ events? not billed/;

/**
 * Weeks without exactly one digest in a channel, and digests whose lost events are not the true
 * ones.
 */
export function digestProblems(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) => {
    const digests = told.filter(({ message }) => message.topic === 'digest');
    return [
      ...endsOfWeeks(known).flatMap((end) => untold(known, channel, digests, end)),
      ...digests.flatMap((one, index) => twice(digests.slice(0, index), one)),
      ...digests.flatMap((one) => untrue(known, one)),
    ];
  });
}

/** The ends of weeks since a first run that knew of the digest. */
function endsOfWeeks({ scenario, runs }: Known): number[] {
  const { start, end: over, settings } = scenario;
  const first = runs.ended.find(({ watermark }) => watermark !== undefined);
  const ends: number[] = [];
  for (let day = floorTo(DAY, start); day < over; day += DAY) {
    const end = day + MORNING;
    const isDay = WEEKDAYS[new Date(day).getUTCDay()] === settings.digestDay;
    if (isDay && first && first.endedAt < end) ends.push(end);
  }
  return ends;
}

function untold(
  { runs }: Known,
  channel: Channel,
  digests: readonly Told[],
  end: number,
): Violation[] {
  if (!isForPeople(channel)) return [];
  const due = runs.ended.find((run) => {
    const isCounted = run.watermark !== undefined && run.watermark >= end;
    return run.at >= end && (isCounted || run.at >= end + PATIENCE) && runs.isClear(run, channel);
  });
  if (!due || digests.some((one) => endOf(one) === end && one.time <= due.endedAt)) return [];
  const text = `the week to ${minuteText(end)} was not told to ${channel}`;
  return [violationAt(due.endedAt, broken('digest-told-once', text))];
}

function twice(before: readonly Told[], one: Told): Violation[] {
  if (!before.some((other) => endOf(other) === endOf(one))) return [];
  const text = `the week to ${minuteText(endOf(one))} was told again`;
  return [violationAt(one.time, broken('digest-told-once', text))];
}

function endOf(one: Told): number {
  return weekOf(one).end;
}

function weekOf({ message: { window } }: Told): Span {
  return window
    ? { start: timeOf(window.start), end: timeOf(window.end) }
    : { start: Number.NaN, end: Number.NaN };
}

function untrue(known: Known, one: Told): Violation[] {
  const { losses, scenario } = known;
  if (mayMissLosses(scenario.settings)) return [];
  const lost = Number(LOST.exec(one.message.reason ?? '')?.[1]?.replaceAll(',', ''));
  const week = weekOf(one);
  const all = SUBJECTS.flatMap((subject) => losses.of(subject));
  const most = mostIn(known, all, week);
  const certain = certainIn(known, all, week, one.time);
  const { weight } = scenario;
  if (lost >= certain * weight && lost <= most * weight) return [];
  const text = `the week to ${minuteText(week.end)} has ${lost} lost events, and it must be ${certain * weight} to ${most * weight}`;
  return [violationAt(one.time, broken('digest-true', text))];
}

/** All events that may count in a week. */
function mostIn(known: Known, all: readonly Loss[], week: Span): number {
  const { losses, runs, scenario } = known;
  const seen = { start: week.start, end: seenUntil(known, week.end) };
  const possible = all.filter((loss) => overlaps(losses.spanOf(loss), seen));
  // Events that are under way at a change of the source may count twice: two buckets before it are counted by both.
  const twice = possible.filter((loss) =>
    runs.changesOfSource.some((at) =>
      overlaps(losses.spanOf(loss), { start: at - 2 * BUCKET, end: at + 2 * BUCKET }),
    ),
  );
  const again = eventsOf(possible).map((event) =>
    timesLostAgain(event, scenario, (time) => losses.lookOf(event, time)),
  );
  return again.reduce((sum, times) => sum + 1 + times, eventsOf(twice).length);
}

/** The events that count in a week beyond doubt, if nothing stood in the way of counting. */
function certainIn(
  { scenario, runs }: Known,
  all: readonly Loss[],
  { start, end }: Span,
  now: number,
): number {
  const isWhole = start > scenario.start;
  const from = isWhole ? start - HOUR : scenario.start;
  if (!runs.isQuiet('', from, now) || !isPlainTime(scenario, from, now)) return 0;
  // A look that was taken just after the beginning belongs to the week before.
  const first = isWhole ? start + HOUR : (runs.firstWatermark ?? end);
  return all.filter(({ event, certainFrom = Number.NaN }) => {
    return event.createdAt >= first && Math.max(event.createdAt, certainFrom) < end - HOUR;
  }).length;
}

/** The last look of a week is taken a moment after its end, and counts each event that it sees. */
function seenUntil({ runs }: Known, end: number): number {
  const last = runs.ended.find(({ watermark }) => watermark !== undefined && watermark >= end);
  return last?.source === 'metrics' ? last.endedAt : end;
}

/** An event is one, also with several subjects. */
function eventsOf(losses: readonly Loss[]): TrueEvent[] {
  return [...new Set(losses.map(({ event }) => event))];
}
