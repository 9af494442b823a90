import type { AlertKind } from '../../functions/monitor/incidents/when-to-notify.ts';
import {
  type RenderedMessage,
  renderMessage,
} from '../../functions/monitor/notifications/formats/message.ts';
import {
  alertNotification,
  type NotifiedWindow,
} from '../../functions/monitor/notifications/notification.ts';
import type { Summary } from '../../functions/monitor/notifications/window-summary.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';

const MINUTE = 60_000;
const AT = Date.UTC(2026, 10, 18, 12);

/** The facts of an alert that a test gives. The rest is filled in. */
export interface Told extends Partial<Omit<NotifiedWindow, 'summary'>> {
  readonly kind?: AlertKind;
  /** The highest value of the alert. @default its value */
  readonly peak?: number;
  readonly joined?: readonly string[];
  /** Those that breached last, where none breaches now. */
  readonly earlierGroups?: readonly string[];
  /** Minutes for which it has been firing. @default 5 */
  readonly minutes?: number;
  readonly over?: boolean;
  readonly summary?: Partial<Summary>;
}

/** The message of an alert, as each subscriber gets it. */
export function messageOf(rule: string, told: Told): RenderedMessage {
  const { kind = 'fired', value = 0, minutes = 5, over = kind === 'resolved' } = told;
  const [threshold] = parseThresholds(rule);
  if (!threshold) throw new Error('no rule');
  const firedAt = AT - minutes * MINUTE;
  const firing = {
    alertId: 'a3f9c2-20261118T1155',
    firedAt,
    breachedAt: AT,
    severity: threshold.severity,
    peak: told.peak ?? value,
    groups: told.earlierGroups ?? [],
    notified: true,
    overruled: false,
    notifiedGroups: [],
    okEnds: [],
  };
  const decision = {
    kind,
    firing,
    reason: 'the threshold is breached',
    joined: told.joined ?? [],
    endedAt: over ? AT : undefined,
  };
  const { window = { start: AT - 60 * MINUTE, end: AT }, events = 0, percent = value } = told;
  const summary = { ...SUMMARY, ...told.summary };
  const notified = { window, value, events, percent, groups: told.groups ?? [], summary };
  const links = { dashboardUrl: '', runbookUrl: '', explanations: [] };
  return renderMessage(alertNotification(threshold, decision, notified, AT, []), links);
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

/** The text of a chat message, with its escapes read. */
export function chatText({ slack }: RenderedMessage): string {
  const { title, description } = JSON.parse(slack).content;
  return `${title}\n${description}`
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
