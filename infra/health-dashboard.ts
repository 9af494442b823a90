import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  type MetricOptions,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MetricName, MonitorMetrics } from './monitor-metrics.ts';

interface HealthDashboardProps {
  readonly dashboardName: string;
  readonly metrics: MonitorMetrics;
  readonly alarmNames: readonly string[];
  readonly logGroup: LogGroup;
}

const WIDTH = 24;
/** No run starts more often. */
const PERIOD = Duration.minutes(5);

/**
 * Three questions, from top to bottom: are events being metered, what is firing, is the monitor healthy?
 * Every run reports the newest window, so counts of events are levels: they are averaged, never added up.
 */
export class HealthDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: HealthDashboardProps) {
    super(scope, id);
    const { metrics, alarmNames, logGroup, dashboardName } = props;
    const level = (name: MetricName, options: MetricOptions = {}) =>
      metrics.of(name, { statistic: Stats.MAXIMUM, period: PERIOD, ...options });
    const sum = (name: MetricName, options: MetricOptions = {}) =>
      metrics.of(name, { statistic: Stats.SUM, period: PERIOD, ...options });
    const unmetered = { label: 'unmetered', color: Color.RED };
    const failed = { label: 'failed', color: Color.ORANGE };
    const inProgress = { label: 'in progress', color: Color.GREY };

    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(24),
      widgets: [
        [heading('Are events being metered?')],
        [
          new SingleValueWidget({
            title: 'Newest window',
            width: WIDTH,
            height: 4,
            metrics: [
              level('EventsUnmetered', unmetered),
              level('UnmeteredPercent', { label: 'unmetered, % of settled' }),
              level('EventsFailed', failed),
              level('EventsInProgress', inProgress),
              level('EventsTotal', { label: 'all events' }),
              level('AlertsFiring', { label: 'alerts firing' }),
            ],
          }),
        ],
        [
          new GraphWidget({
            title: 'Events of the window, by what became of them',
            width: WIDTH / 2,
            stacked: true,
            left: [
              level('EventsUnmetered', unmetered),
              level('EventsFailed', failed),
              level('EventsInProgress', inProgress),
              new MathExpression({
                label: 'metered, duplicate and other',
                color: Color.GREEN,
                expression: 'total - unmetered - failed - inProgress',
                period: PERIOD,
                usingMetrics: {
                  total: level('EventsTotal'),
                  unmetered: level('EventsUnmetered'),
                  failed: level('EventsFailed'),
                  inProgress: level('EventsInProgress'),
                },
              }),
            ],
            leftYAxis: { min: 0, label: 'events', showUnits: false },
          }),
          new GraphWidget({
            title: 'Unmetered, % of settled events; and all events',
            width: WIDTH / 2,
            left: [level('UnmeteredPercent', { label: 'unmetered %', color: Color.RED })],
            right: [level('EventsTotal', { label: 'all events', color: Color.BLUE })],
            leftYAxis: { min: 0, label: '%', showUnits: false },
            rightYAxis: { min: 0, label: 'events', showUnits: false },
          }),
        ],
        [heading('What is firing?')],
        [
          new GraphWidget({
            title: 'Alerts firing',
            width: WIDTH / 2,
            left: [level('AlertsFiring', { label: 'alerts firing', color: Color.RED })],
            leftYAxis: { min: 0, showUnits: false },
          }),
          new LogQueryWidget({
            title: 'Newest runs',
            width: WIDTH / 2,
            logGroupNames: [logGroup.logGroupName],
            view: LogQueryVisualizationType.TABLE,
            queryLines: [
              'fields at, outcome, firing.0, firing.1, firing.2, problem',
              'filter message = "run"',
              'sort @timestamp desc',
              'limit 20',
            ],
          }),
        ],
        [heading('Is the monitor healthy?')],
        [
          new AlarmStatusWidget({
            title: 'Alarms of the monitor itself',
            width: WIDTH,
            height: 3,
            alarms: alarmNames.map((name, index) =>
              Alarm.fromAlarmName(this, `Alarm${index}`, name),
            ),
          }),
        ],
        [
          new GraphWidget({
            title: 'Runs that succeeded',
            width: WIDTH / 3,
            left: [sum('RunSucceeded', { label: 'succeeded', color: Color.GREEN })],
            leftYAxis: { min: 0, showUnits: false },
          }),
          new GraphWidget({
            title: 'Backlog, minutes',
            width: WIDTH / 3,
            left: [level('BacklogMinutes', { label: 'backlog' })],
            leftYAxis: { min: 0, label: 'minutes', showUnits: false },
          }),
          new GraphWidget({
            title: 'Requests to Togai',
            width: WIDTH / 3,
            left: [
              sum('TogaiRequests', { label: 'requests', color: Color.BLUE }),
              sum('TogaiThrottled', { label: 'turned away (429)', color: Color.RED }),
            ],
            leftYAxis: { min: 0, showUnits: false },
          }),
        ],
      ],
    });
  }
}

function heading(text: string): TextWidget {
  return new TextWidget({ markdown: `## ${text}`, width: WIDTH, height: 1 });
}

/** Of a dashboard that may not be there yet: what shows it also names it. */
export function dashboardUrl(dashboardName: string): string {
  const region = Aws.REGION;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
}
