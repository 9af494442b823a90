import { cutAt, printable } from '../../text/text.ts';
import { isoTime } from '../../timeline/time.ts';
import type { Notification } from '../notification.ts';
import type { RenderContext } from './message-settings.ts';
import { fateText, isEnd, plainName } from './phrases.ts';
import { renderSms } from './sms.ts';
import { ascii } from './subject-line.ts';

/** SNS: "less than 100 characters", ASCII. */
const MAX_SUBJECT = 99;

/** The page of an incident: it is open, or over. */
export interface Page {
  readonly state: 'ALARM' | 'OK';
  /** Of the incident, or of the test: a pager closes the page of the same id. */
  readonly id: string;
  /** The same from the first page to the last: `Events not billed`. */
  readonly name: string;
  /** The events of the rule, as rules write it. */
  readonly subject: string;
  /** One line, as an SMS has it. */
  readonly reason: string;
  /** The next steps. */
  readonly description: string;
  /** The limit that it breaches. */
  readonly limit: number;
  /** Epoch ms. */
  readonly at: number;
}

/** Where a page comes from. */
export interface PageOrigin {
  readonly monitorName: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The pages of a message. A test opens one and closes it. */
export function pagesOf(notification: Notification, context: RenderContext): Page[] {
  const { kind, incidentId, id, about, failure, at } = notification;
  const page = (state: Page['state']): Page => ({
    state,
    id: incidentId ?? id,
    name: nameOf(notification),
    subject: about?.subject ?? (failure ? 'monitor' : kind),
    reason: renderSms(notification),
    description: cutAt(descriptionOf(notification, context), 1_000),
    limit: about?.limit ?? 1,
    at,
  });
  if (kind === 'test') return [page('ALARM'), page('OK')];
  return [page(isEnd(notification) ? 'OK' : 'ALARM')];
}

/** A page that was sent under another name is not closed: a change of a name leaves open pages open. */
function nameOf({ about, failure }: Notification): string {
  if (about) return ascii(`Events ${fateText(about.subject, plainName)}`.trimEnd());
  return failure ? 'Monitoring is broken' : 'Test of the pager';
}

function descriptionOf(notification: Notification, context: RenderContext): string {
  const { about, reason } = notification;
  const steps = isEnd(notification)
    ? []
    : (about?.why ?? []).map(({ next }) => printable(next, 300));
  return [
    ...(about ? steps : [printable(reason, 500)]),
    ...(context.runbookUrl === '' ? [] : [`Steps and silence: ${context.runbookUrl}`]),
    ...(context.dashboardUrl === '' ? [] : [`Dashboard: ${context.dashboardUrl}`]),
  ].join('\n');
}

/**
 * A page as CloudWatch notifies SNS of an alarm. Pagers know alarms by their name, their ARN or
 * their trigger. So each of these is the same for one incident and different for two.
 *
 * Source: Amazon CloudWatch user guide, "Notify users on alarm changes".
 */
export function alarmJson(page: Page, { monitorName, ...origin }: PageOrigin): string {
  const name = alarmName(page, monitorName);
  const { partition, region, accountId } = origin;
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: page.description,
    AWSAccountId: accountId,
    NewStateValue: page.state,
    NewStateReason: page.reason,
    StateChangeTime: isoTime(page.at).replace('Z', '+0000'),
    Region: region,
    AlarmArn: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${name}`,
    OldStateValue: page.state === 'ALARM' ? 'OK' : 'ALARM',
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: page.subject,
      Namespace: monitorName,
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ name: 'incident', value: page.id }],
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: page.limit,
      TreatMissingData: 'ignore',
      EvaluateLowSampleCountPercentile: '',
    },
  });
}

/** `ALARM: "Events not billed (u-7k2f, UnmeteredEventsMonitor)" in eu-central-1`: PagerDuty drops a subject of another form. */
export function alarmSubject(page: Page, { monitorName, region }: PageOrigin): string {
  const [begin, end] = [`${page.state}: "`, `" in ${region}`];
  const room = MAX_SUBJECT - begin.length - end.length;
  return `${begin}${alarmName(page, monitorName).slice(0, room)}${end}`;
}

function alarmName({ name, id }: Page, monitorName: string): string {
  return `${name} (${id}, ${monitorName})`;
}
