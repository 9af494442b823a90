import { counted, printable } from '../text/text.ts';
import { formatDuration } from '../timeline/duration.ts';
import { MINUTE_MS, shortTime } from '../timeline/time.ts';
import type { Incident } from './incident.ts';
import { endFailure, type FailureState, noteFailure } from './monitor-failures.ts';

/** A channel that messages do not reach. */
export interface SilentChannel {
  /** Runs in a row that could deliver nothing to it. */
  readonly runs: number;
  /** The scheduled time of the first of them, epoch ms. */
  readonly since: number;
  /** Why, in words. */
  readonly problem: string;
}

/** The part of the monitor's state that says which channels do not work. */
export interface DeliveryState extends FailureState {
  /** By the name of the channel. */
  readonly silentChannels?: Readonly<Record<string, SilentChannel>> | undefined;
}

/** A channel that takes no message in so many runs, and for so long, is a failure of the monitor. */
const BROKEN_AFTER_RUNS = 3;
const BROKEN_AFTER_MS = 15 * MINUTE_MS;

/**
 * Notes which channels work. A channel that gets nothing in three runs in a row, over at least 15
 * minutes, is a failure of the monitor. A channel without waiting messages is none: no attempt
 * could show that it works again.
 *
 * @param tried why no message reached a channel, by its name; `undefined`: one did. Left out: none
 * was tried
 * @param channels all that something may wait for
 */
export function noteDelivery<S extends DeliveryState>(
  state: S,
  tried: ReadonlyMap<string, string | undefined>,
  channels: readonly string[],
  at: number,
): S {
  const before = state.silentChannels ?? {};
  const silent = channels.flatMap((name): [string, SilentChannel][] => {
    const known = before[name];
    if (!tried.has(name)) return known ? [[name, known]] : [];
    const problem = tried.get(name);
    if (problem === undefined) return [];
    const reason = printable(problem).replace(/\.$/, '');
    return [[name, { runs: (known?.runs ?? 0) + 1, since: known?.since ?? at, problem: reason }]];
  });
  const isSame = silent.every(([name, channel]) => before[name] === channel);
  if (isSame && silent.length === Object.keys(before).length) return state;
  const noted = { ...state, silentChannels: Object.fromEntries(silent) };
  const lasting = silent.filter(
    ([, { runs, since }]) => runs >= BROKEN_AFTER_RUNS && at - since >= BROKEN_AFTER_MS,
  );
  if (lasting.length === 0) {
    const lastedMs = at - (state.failures.delivery?.onset ?? at);
    const known = Object.keys(before).filter((name) => !Object.hasOwn(noted.silentChannels, name));
    const others = silent.map((entry) => sentence(entry, at));
    const over = overText(
      Map.groupBy(known, (name) => tried.has(name)),
      others,
      lastedMs,
    );
    return endFailure(noted, 'delivery', at, over);
  }
  return noteFailure(noted, 'delivery', {
    at,
    since: Math.min(...lasting.map(([, { since }]) => since)),
    what: lasting.map((entry) => sentence(entry, at)).join(' '),
    cause: lasting.map(([name]) => name).join(' '),
    anew: true,
  });
}

/** Whether messages reach people by one of the channels. A channel that had nothing to say is not known to be broken. */
export function reachesPeople(
  { silentChannels = {} }: DeliveryState,
  channels: readonly { readonly name: string; readonly forPrograms?: boolean | undefined }[],
): boolean {
  return channels.some(
    ({ name, forPrograms }) => !forPrograms && !Object.hasOwn(silentChannels, name),
  );
}

/**
 * A failure as a channel gets it. The channel itself gets the message about its failure only when
 * it works again, as an end.
 */
export function asSeenIn(channel: string, failure: Incident, state: DeliveryState, at: number) {
  const silent = state.silentChannels?.[channel];
  const isAbout = failure.failure?.kind === 'cannot_deliver' && !failure.end;
  if (!failure.failure || !isAbout || !silent) return failure;
  const what = `Messages could not be delivered here from ${shortTime(silent.since)} to ${shortTime(at)} UTC (${formatDuration(at - silent.since)}): ${silent.problem}. Messages that still hold come now.`;
  return {
    ...failure,
    failure: { ...failure.failure, what },
    end: { kind: 'resolved', at, seenAt: at, counted: [] },
  } satisfies Incident;
}

/**
 * @param channels those that were silent before, by whether a message was tried: then one has reached it, else nothing waits
 * for it any more
 * @param others of channels that have become silent since, a sentence each
 */
function overText(
  channels: ReadonlyMap<boolean, readonly string[]>,
  others: readonly string[],
  lastedMs: number,
): string {
  const [reached = [], left = []] = [channels.get(true), channels.get(false)];
  if (left.length === 0 && others.length === 0) {
    return `Messages reach every channel again, after ${formatDuration(lastedMs)}.`;
  }
  return [reachedSentence(reached, lastedMs), leftSentence(left, lastedMs), ...others]
    .filter((one) => one !== '')
    .join(' ');
}

function reachedSentence(names: readonly string[], lastedMs: number): string {
  if (names.length === 0) return '';
  return `Messages reach ${channelsText(names)} again, after ${formatDuration(lastedMs)}.`;
}

/** @param names channels that nothing waits for any more */
function leftSentence(names: readonly string[], lastedMs: number): string {
  if (names.length === 0) return '';
  const them = names.length === 1 ? 'it' : 'them';
  return `No message waits for ${channelsText(names)} any more, after ${formatDuration(lastedMs)}. Nobody knows whether messages would reach ${them}.`;
}

function channelsText(names: readonly string[]): string {
  return `the channel${names.length === 1 ? '' : 's'} ${names.join(' and ')}`;
}

function sentence([name, { runs, since, problem }]: [string, SilentChannel], at: number): string {
  const time = `since ${shortTime(since)} UTC (${formatDuration(at - since)}, ${counted(runs, 'run')})`;
  return `Messages do not reach the channel ${name} ${time}: ${problem}. Each run tries again. Look whether the channel still exists, and whether the function may publish to it.`;
}
