import { cutAt } from '../../text/text.ts';
import { isoTime, type Range } from '../../timeline/time.ts';
import type { Notification } from '../notification.ts';
import type { RenderContext } from './context.ts';
import { renderSubject } from './subject.ts';

/** Raised when a reader of the last version could misunderstand the next. */
const VERSION = 1;

/** SNS takes 256 KiB for all bodies of a message together, and four of them are this one. */
const MAX_BYTES = 40_000;
/** The lengths that texts of events and answers are cut to, in characters: the first that makes the message fit. */
const CUTS = [1_000, 60, 20, 10];

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
  const { id, alertId, kind, at, severity, reason, about, range } = notification;
  const foreign = cutTexts({ reason, about, explanations: context.explanations }, longest);
  const summary = foreign.about?.summary;
  return {
    version: VERSION,
    kind,
    id,
    alertId,
    at: isoTime(at),
    severity,
    subject: renderSubject(notification),
    reason: foreign.reason,
    threshold: about?.threshold ?? null,
    value: about?.value ?? null,
    limit: about?.limit ?? null,
    unit: about?.unit ?? null,
    events: about?.events ?? null,
    percent: about?.percent ?? null,
    peak: about?.peak ?? null,
    groups: foreign.about?.groups ?? [],
    moreGroups: about?.moreGroups ?? 0,
    earlierGroups: foreign.about?.earlierGroups ?? [],
    window: printRange(about?.window ?? range),
    firedAt: about ? isoTime(about.firedAt) : null,
    resolvedAt: about?.resolvedAt === undefined ? null : isoTime(about.resolvedAt),
    summary: summary
      ? {
          total: summary.total,
          byStatus: Object.fromEntries(about?.summary.byStatus ?? []),
          topAccounts: summary.topAccounts,
          topSchemas: summary.topSchemas,
          samples: summary.samples.map(({ createdAt, referenceId, id: eventId, ...sample }) => ({
            referenceId: referenceId ?? null,
            id: eventId ?? null,
            createdAt: isoTime(createdAt),
            ...sample,
          })),
          perBucket: summary.perBucket,
          ignored: summary.ignored,
          malformed: summary.malformed,
          incomplete: summary.incomplete,
          healed: summary.healed ?? 0,
          lacksLate: summary.lacksLate ?? false,
          cut: summary.truncated,
        }
      : null,
    explanations: foreign.explanations,
    speaksFor: about?.speaksFor ?? [],
    links: { dashboard: context.dashboardUrl || null, runbook: context.runbookUrl || null },
  };
}

/** Statuses that are keys are left whole, or two of them could become one. */
function cutTexts<T>(facts: T, longest: number): T {
  return JSON.parse(JSON.stringify(facts), (_, value: unknown) =>
    typeof value === 'string' ? cutAt(value, longest) : value,
  );
}

function printRange(range: Range | undefined) {
  return range ? { start: isoTime(range.start), end: isoTime(range.end) } : null;
}
