import type { Incident } from '../incidents/incident.ts';
import { endOfSilence, isInForce, type Silence, silencedPart } from '../incidents/silence.ts';
import type { MonitorState } from '../monitor-state.ts';
import { isoTime, MINUTE_MS } from '../timeline/time.ts';
import { isLeft, type MadeSilence } from './make-and-end-silences.ts';
import type { Stored } from './read-open.ts';

/** Raised when a reader of the last version could misunderstand the next. */
export const ANSWER_VERSION = 1;

const MAX_ACCOUNTS = 25;

/** A silence as machines read it. */
export interface SilenceAnswer {
  readonly id: string;
  readonly account: string | null;
  readonly subject: string | null;
  readonly incident: string | null;
  readonly all: boolean;
  readonly state: 'waiting' | 'in_force' | 'over';
  readonly from: string | null;
  readonly until: string | null;
  readonly forMinutes: number;
  readonly by: string;
  readonly comment: string | null;
  readonly endedBy: string | null;
}

/** @param now epoch ms */
export function silenceAnswer(silence: Silence, now: number): SilenceAnswer {
  const { id, scope, from, forMs, by, comment, ended } = silence;
  return {
    id,
    account: 'account' in scope ? scope.account : null,
    subject: 'subject' in scope ? scope.subject : null,
    incident: 'incidentId' in scope ? scope.incidentId : null,
    all: 'all' in scope,
    state: isInForce(silence, now) ? 'in_force' : isLeft(silence, now) ? 'waiting' : 'over',
    from: from === undefined ? null : isoTime(from),
    until: from === undefined ? null : isoTime(endOfSilence(silence)),
    forMinutes: forMs / MINUTE_MS,
    by,
    comment: comment ?? null,
    endedBy: ended?.by ?? null,
  };
}

export interface MadeAnswer {
  readonly version: typeof ANSWER_VERSION;
  readonly silence: SilenceAnswer;
  /** The ids of the open incidents that it is about. */
  readonly incidents: readonly string[];
}

export function madeAnswer({ silence, incidents }: MadeSilence, now: number): MadeAnswer {
  return {
    version: ANSWER_VERSION,
    silence: silenceAnswer(silence, now),
    incidents: incidents.map(({ id }) => id),
  };
}

export interface SilencesAnswer {
  readonly version: typeof ANSWER_VERSION;
  /** With the silences that ended in the last days; the newest first. */
  readonly silences: readonly SilenceAnswer[];
}

export function silencesAnswer(silences: readonly Silence[], now: number): SilencesAnswer {
  const begun = ({ from = Number.POSITIVE_INFINITY }: Silence) => from;
  const newestFirst = silences.toSorted((a, b) => (begun(a) < begun(b) ? 1 : -1));
  return {
    version: ANSWER_VERSION,
    silences: newestFirst.map((silence) => silenceAnswer(silence, now)),
  };
}

interface OpenAnswer {
  readonly incidentId: string;
  readonly subject: string;
  readonly severity: string;
  readonly onset: string;
  /** The loss began between `onset` and this time; `null` where `onset` is known to ten minutes. */
  readonly onsetUntil: string | null;
  /** Nothing is known of the time before `onset`, so it may have begun earlier. */
  readonly onsetOrEarlier: boolean;
  readonly threshold: string | null;
  /** Of the monitor itself: its failure in words. */
  readonly failure: string | null;
  /** Accounts that are not mended; at most 25. */
  readonly accounts: readonly string[];
  readonly moreAccounts: number;
  /** The person who has stopped its reminders. */
  readonly acknowledgedBy: string | null;
  /** The ids of the silences that it, or a part of it, falls under. */
  readonly silences: readonly string[];
  /** The last message of each channel. */
  readonly notified: Readonly<Record<string, { readonly kind: string; readonly at: string }>>;
}

export interface StatusAnswer {
  readonly version: typeof ANSWER_VERSION;
  readonly at: string;
  /** `null` before the first run. */
  readonly lastRun: {
    /** The scheduled time of the newest run that could count; `null`: none is known. */
    readonly completeAt: string | null;
    /** Runs since then that began and did not finish. */
    readonly unfinished: number;
    readonly problem: string | null;
    readonly source: string | null;
    readonly evaluatedTo: string | null;
  } | null;
  readonly open: readonly OpenAnswer[];
  /** Ended in the last hours. */
  readonly ended: readonly {
    readonly incidentId: string;
    readonly subject: string;
    readonly kind: string;
    readonly endedAt: string;
    /** Its lost events are still in the window, so a rule may be breached. `null`: the window is not known. */
    readonly stillInWindow: boolean | null;
  }[];
  /** In force, or waiting for the next run. */
  readonly silences: readonly SilenceAnswer[];
  /** The texts of the settings, by the names of the stack parameters. */
  readonly settings: Readonly<Record<string, string>>;
}

/** @param now epoch ms */
export function statusAnswer(
  { state, silences, incidents, ended }: Stored,
  settings: StatusAnswer['settings'],
  now: number,
): StatusAnswer {
  const windowMs = Number(settings.WindowMinutes) * MINUTE_MS;
  const windowStart = (state?.evaluatedTo ?? Number.NaN) - windowMs;
  return {
    version: ANSWER_VERSION,
    at: isoTime(now),
    lastRun: state
      ? {
          completeAt: timeOrNull(completeAt(state)),
          unfinished: state.unfinished,
          problem: state.problem?.what ?? null,
          source: state.chosen?.source ?? null,
          evaluatedTo: timeOrNull(state.evaluatedTo),
        }
      : null,
    open: incidents.map((incident) => openAnswer(incident, silences, now)),
    ended: ended.flatMap((incident) => endedAnswer(incident, windowStart)),
    silences: silences
      .filter((silence) => isLeft(silence, now))
      .map((silence) => silenceAnswer(silence, now)),
    settings,
  };
}

/** A run that fails commits too. States of older versions do not say which run could count. */
function completeAt({ completeAt, unfinished, committedAt }: MonitorState): number | undefined {
  return completeAt ?? (unfinished === 0 ? committedAt : undefined);
}

function endedAnswer(incident: Incident, windowStart: number): StatusAnswer['ended'] {
  const { id, subject, end } = incident;
  if (!end) return [];
  return [
    {
      incidentId: id,
      subject,
      kind: end.kind,
      endedAt: isoTime(end.at),
      stillInWindow: Number.isNaN(windowStart) ? null : isLossAfter(windowStart, incident),
    },
  ];
}

/** Whether events of a loss that has ended came after a time. */
function isLossAfter(time: number, { nature, end }: Incident): boolean {
  return nature === 'loss' && end?.kind === 'resolved' && end.at > time;
}

function openAnswer(incident: Incident, silences: readonly Silence[], now: number): OpenAnswer {
  const { id, subject, severity, onset, threshold, failure, accounts, notified } = incident;
  const names = accounts.flatMap(({ name, endedAt }) => (endedAt === undefined ? name : []));
  const part = silencedPart(incident, (name) => names.includes(name), silences, now);
  return {
    incidentId: id,
    subject,
    severity,
    onset: isoTime(onset),
    onsetUntil: timeOrNull(incident.onsetUntil),
    onsetOrEarlier: incident.onsetOrEarlier ?? false,
    threshold: failure ? null : threshold,
    failure: failure?.what ?? null,
    accounts: names.slice(0, MAX_ACCOUNTS),
    moreAccounts: Math.max(0, names.length - MAX_ACCOUNTS),
    acknowledgedBy: part.acknowledgedBy ?? null,
    silences: part.silences.map((silence) => silence.id),
    notified: Object.fromEntries(
      Object.entries(notified).map(([channel, { kind, at }]) => [
        channel,
        { kind, at: isoTime(at) },
      ]),
    ),
  };
}

function timeOrNull(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : isoTime(time);
}
