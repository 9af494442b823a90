import type { Incident } from '../../incidents/incident.ts';
import {
  type EvaluatedCounts,
  type HeardPart,
  heardPart,
} from '../../incidents/leave-out-silenced.ts';
import {
  type Need,
  type NotifiedChannel,
  needsNotification,
} from '../../incidents/needs-notification.ts';
import { asSeenIn } from '../../incidents/note-which-channels-work.ts';
import type { Silence } from '../../incidents/silence.ts';
import type { MonitorState } from '../../monitor-state.ts';
import { type Notice, needsNotice } from '../one-time-notice.ts';

/** A notification that a channel needs: an incident with the reason, or a notice. */
export type Needed =
  | { readonly part: HeardPart; readonly need: Need }
  | { readonly notice: Notice };

interface Known {
  readonly state: MonitorState;
  readonly incidents: readonly Incident[];
  readonly silences: { readonly list: readonly Silence[] };
}

interface NeedsRequest {
  readonly scheduledTime: number;
  readonly settings: { readonly repeatMs: number };
  /** Left out where only messages about the monitor go out. */
  readonly facts: EvaluatedCounts | undefined;
}

/** The notifications that one channel needs. Critical incidents come first, and notices last. */
export function needsOf(
  channel: NotifiedChannel,
  { state, incidents, silences }: Known,
  { scheduledTime, settings, facts }: NeedsRequest,
): Needed[] {
  const { repeatMs } = settings;
  const { name, criticalOnly } = channel;
  const about = facts ? incidents : [];
  const failures = Object.values(state.failures).map((failure) =>
    asSeenIn(name, failure, state, scheduledTime),
  );
  const parts = [...failures, ...about]
    .map((incident) => heardPart(incident, silences.list, facts, scheduledTime))
    .toSorted((a, b) => rank(a) - rank(b));
  return [
    ...parts.flatMap((part) => {
      const { incident } = part;
      const last = incident.notified[name];
      const options = { repeatMs, silenced: part, criticalOnly };
      const need = needsNotification(incident, last, scheduledTime, options);
      return need ? { part, need } : [];
    }),
    ...state.notices.filter((notice) => needsNotice(notice, channel)).map((notice) => ({ notice })),
  ];
}

/** Whether no channel needs a notification. */
export function isNothingToSay(
  known: Known,
  channels: readonly NotifiedChannel[],
  request: NeedsRequest,
): boolean {
  return channelsWithNeeds(known, channels, request).length === 0;
}

/** The names of the channels that need a notification. */
export function channelsWithNeeds(
  known: Known,
  channels: readonly NotifiedChannel[],
  request: NeedsRequest,
): string[] {
  return channels.flatMap((channel) =>
    needsOf(channel, known, request).length > 0 ? [channel.name] : [],
  );
}

function rank({ incident }: HeardPart): number {
  return incident.severity === 'critical' ? 0 : 1;
}
