import { cutAt } from '../../text/text.ts';
import { isoTime, type Range } from '../../timeline/time.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';
import type { Summary } from '../window-summary.ts';
import type { RenderContext } from './message-settings.ts';
import { renderSubject } from './subject-line.ts';

/** Raised when a reader of the last version could misunderstand the next. */
const VERSION = 2;

/** SNS takes 256 KiB for all bodies of a message together, and four of them are this one. */
const MAX_BYTES = 40_000;
/** The lengths that texts of events and answers are cut to, in characters: the first that makes the message fit. */
const CUTS = [4_000, 60, 20, 10];

/** The machine format, on one line; `docs/notification.schema.json` describes it. */
export function renderJson(notification: Notification, context: RenderContext): string {
  let json = '';
  for (const longest of CUTS) {
    json = printJson(factsOf(notification, context, longest));
    if (bytesWithin(json) <= MAX_BYTES) break;
  }
  return json;
}

/** JSON that a terminal can show: unprintable characters stand as escapes, which mean the same. */
function printJson(facts: object): string {
  return JSON.stringify(facts).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
      return `\\u${unit}`;
    }).join(''),
  );
}

/** Its size in bytes within a message, where it is a text in JSON again. */
function bytesWithin(json: string): number {
  return new TextEncoder().encode(JSON.stringify(json)).length;
}

function factsOf(notification: Notification, context: RenderContext, longest: number) {
  const { id, incidentId, kind, sequence, at, severity, failure, topic, about, range } =
    notification;
  return {
    version: VERSION,
    kind,
    id,
    incidentId: incidentId ?? null,
    sequence,
    at: isoTime(at),
    severity,
    title: renderSubject(notification),
    subject: subjectForMachines(notification),
    failure: failure?.kind ?? null,
    topic: topic ?? null,
    reason: cutAt(notification.reason, longest),
    window: printRange(about?.window ?? range),
    onset: printTime((about ?? failure)?.onset),
    onsetUntil: printTime(about?.onsetUntil),
    onsetOrEarlier: about?.onsetOrEarlier ?? false,
    endedAt: printTime((about ?? failure)?.endedAt),
    ...ruleFacts(about),
    ...lossFacts(about, longest),
    links: { dashboard: context.dashboardUrl || null, runbook: context.runbookUrl || null },
  };
}

/** The subject of an incident, for filters: `monitor` for the monitor itself. */
export function subjectForMachines({ about, failure }: Notification): string | null {
  return about?.subject ?? (failure ? 'monitor' : null);
}

function ruleFacts(about: IncidentFacts | undefined) {
  return {
    threshold: about?.threshold ?? null,
    by: about?.by ?? null,
    value: about?.value ?? null,
    limit: about?.limit ?? null,
    unit: about?.unit ?? null,
    worst: about?.worst ?? null,
    events: about?.events ?? null,
    percent: about?.percent ?? null,
    isAgain: about?.isAgain ?? false,
  };
}

function lossFacts(whole: IncidentFacts | undefined, longest: number) {
  const about = whole && cutTexts(whole, longest);
  const summary = about?.summary;
  return {
    lost: about?.lost ?? null,
    total: about?.total ?? null,
    worth: about?.worth ?? null,
    cycleEnd: printTime(about?.cycleEnd),
    lately: about?.lately ?? null,
    since: about?.since ?? null,
    unaffected: about?.unaffected ?? null,
    accounts: (about?.accounts ?? []).map(printAccount),
    moreAccounts: about?.moreAccounts ?? 0,
    moreLost: about?.moreLost ?? 0,
    othersLost: about?.othersLost ?? 0,
    groups: about?.groups ?? [],
    silenced: (about?.silenced ?? []).map(({ what, until, by }) => ({
      what,
      until: isoTime(until),
      by,
    })),
    closedBecause: about?.ended?.because ?? null,
    why: about?.why ?? [],
    samples: (summary?.samples ?? []).map(({ createdAt, referenceId, id, ...sample }) => ({
      referenceId: referenceId ?? null,
      id: id ?? null,
      createdAt: isoTime(createdAt),
      ...sample,
    })),
    // Statuses that are keys are left whole, or two of them could become one.
    summary: summary ? printSummary(summary, whole?.summary.byStatus ?? []) : null,
  };
}

function printAccount(account: AccountFacts) {
  const { name, lost, total, onset, onsetUntil, onsetOrEarlier, endedAt, stoppedAt } = account;
  return {
    name,
    lost,
    total,
    onset: isoTime(onset),
    onsetUntil: printTime(onsetUntil),
    onsetOrEarlier: onsetOrEarlier ?? false,
    end: printTime(endedAt),
    stopped: printTime(stoppedAt),
  };
}

function printSummary(summary: Summary, byStatus: Summary['byStatus']) {
  return {
    total: summary.total,
    byStatus: Object.fromEntries(byStatus),
    topAccounts: summary.topAccounts,
    topSchemas: summary.topSchemas,
    descriptions: summary.descriptions,
    perBucket: summary.perBucket,
    ignored: summary.ignored,
    malformed: summary.malformed,
    incomplete: summary.incomplete,
    healed: summary.healed ?? 0,
    lacksLate: summary.lacksLate ?? false,
    truncated: summary.truncated,
  };
}

function printTime(time: number | undefined): string | null {
  return time === undefined ? null : isoTime(time);
}

function cutTexts<T>(facts: T, longest: number): T {
  return JSON.parse(JSON.stringify(facts), (_, value: unknown) =>
    typeof value === 'string' ? cutAt(value, longest) : value,
  );
}

function printRange(range: Range | undefined) {
  return range ? { start: isoTime(range.start), end: isoTime(range.end) } : null;
}
