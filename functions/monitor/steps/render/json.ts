import type { Notification } from '../notification.ts';
import { isoTime, type Range } from '../time.ts';
import type { RenderContext } from './message.ts';
import { renderSubject } from './subject.ts';

/** Raised when a reader of the last version could misunderstand the next. */
const VERSION = 1;

/** The machine format, on one line; `docs/notification.schema.json` describes it. */
export function renderJson(notification: Notification, context: RenderContext): string {
  const { id, alertId, kind, at, severity, reason, about, range } = notification;
  return JSON.stringify({
    version: VERSION,
    kind,
    id,
    alertId,
    at: isoTime(at),
    severity,
    subject: renderSubject(notification),
    reason,
    threshold: about?.threshold ?? null,
    value: about?.value ?? null,
    limit: about?.limit ?? null,
    unit: about?.unit ?? null,
    events: about?.events ?? null,
    percent: about?.percent ?? null,
    peak: about?.peak ?? null,
    groups: about?.groups ?? [],
    moreGroups: about?.moreGroups ?? 0,
    earlierGroups: about?.earlierGroups ?? [],
    window: printRange(about?.window ?? range),
    firedAt: about ? isoTime(about.firedAt) : null,
    resolvedAt: about?.resolvedAt === undefined ? null : isoTime(about.resolvedAt),
    summary: about
      ? {
          total: about.summary.total,
          byStatus: Object.fromEntries(about.summary.byStatus),
          topAccounts: about.summary.topAccounts,
          topSchemas: about.summary.topSchemas,
          samples: about.summary.samples.map(
            ({ createdAt, referenceId, id: eventId, ...sample }) => ({
              referenceId: referenceId ?? null,
              id: eventId ?? null,
              createdAt: isoTime(createdAt),
              ...sample,
            }),
          ),
          perBucket: about.summary.perBucket,
          ignored: about.summary.ignored,
          malformed: about.summary.malformed,
          incomplete: about.summary.incomplete,
          cut: about.summary.cut,
        }
      : null,
    explanations: context.explanations,
    speaksFor: about?.speaksFor ?? [],
    links: { dashboard: context.dashboardUrl || null, runbook: context.runbookUrl || null },
  });
}

function printRange(range: Range | undefined) {
  return range ? { start: isoTime(range.start), end: isoTime(range.end) } : null;
}
