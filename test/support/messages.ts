import {
  type RenderedMessage,
  renderMessage,
} from '../../functions/monitor/notifications/formats/message.ts';
import type {
  AccountFacts,
  IncidentFacts,
  Notification,
  NotificationKind,
} from '../../functions/monitor/notifications/notification.ts';
import type { Summary } from '../../functions/monitor/notifications/window-summary.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printSubject, printThreshold } from '../../functions/monitor/thresholds/threshold.ts';

export const MINUTE = 60_000;
/** Wednesday, 12:00 UTC: the time of every message here. */
export const AT = Date.UTC(2026, 10, 18, 12);

/** The facts of an incident that a test gives. The rest is filled in. */
export interface Told extends Partial<Omit<IncidentFacts, 'summary' | 'accounts'>> {
  readonly kind?: NotificationKind;
  readonly sequence?: number;
  /** Minutes since the onset. @default 35 */
  readonly minutes?: number;
  readonly accounts?: readonly (Partial<AccountFacts> & { readonly name: string })[];
  readonly summary?: Partial<Summary>;
  readonly runbookUrl?: string;
}

/** The message of an incident, as each subscriber gets it. */
export function messageOf(rule: string, told: Told): RenderedMessage {
  const { runbookUrl = '' } = told;
  return renderMessage(notificationOf(rule, told), { dashboardUrl: '', runbookUrl });
}

function notificationOf(rule: string, told: Told): Notification {
  const { kind = 'opened', minutes = 35, sequence = kind === 'opened' ? 1 : 2 } = told;
  const { accounts = [], summary, runbookUrl: _, ...facts } = told;
  const [threshold] = parseThresholds(rule);
  if (!threshold) throw new Error('no rule');
  const { by, operator, limit, unit, severity } = threshold;
  const subject = printSubject(threshold.subject);
  const onset = AT - minutes * MINUTE;
  const isLevel = /^(total|metered|in_progress|duplicate|reverted)$/.test(subject);
  const lost = accounts.reduce((sum, account) => sum + (account.lost ?? 0), 0);
  const value = facts.value ?? 0;
  const about: IncidentFacts = {
    subject,
    nature: isLevel ? 'level' : 'loss',
    threshold: printThreshold(threshold),
    by,
    operator,
    limit,
    unit,
    value,
    worst: value,
    events: lost,
    percent: unit === 'percent' ? value : 0,
    base: 0,
    window: { start: AT - 60 * MINUTE, end: AT },
    onset,
    isAgain: false,
    lost,
    total: 0,
    moreAccounts: 0,
    moreLost: 0,
    othersLost: 0,
    groups: [],
    lately: { now: 1, before: 1 },
    goesOn: true,
    since: 0,
    unaffected: null,
    why: [],
    ...facts,
    accounts: accounts.map((account) => ({
      lost: 0,
      total: null,
      onset,
      isNews: false,
      ...account,
    })),
    summary: { ...SUMMARY, ...summary },
  };
  return {
    id: `u-7k2f.${sequence}.${kind}.${severity}`,
    kind,
    at: AT,
    severity,
    incidentId: 'u-7k2f',
    sequence,
    reason: '',
    about,
  };
}

const SUMMARY: Summary = {
  total: 10_000,
  byStatus: [],
  topAccounts: [],
  topSchemas: [],
  descriptions: [],
  samples: [],
  perBucket: [1, 2, 3],
  ignored: 0,
  malformed: 0,
  truncated: false,
  incomplete: false,
};

/** The text of a chat message as people read it: without escapes and invisible spaces. */
export function chatText({ chat }: RenderedMessage): string {
  const { title, description, nextSteps = [] } = JSON.parse(chat).content;
  return [title, description, ...nextSteps]
    .join('\n')
    .replaceAll('\u200b', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
