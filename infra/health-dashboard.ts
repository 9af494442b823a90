import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  type Metric,
  type MetricOptions,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { consoleHost } from './console-host.ts';
import type { MetricName, MonitorMetrics } from './monitor-metrics.ts';

interface HealthDashboardProps {
  readonly dashboardName: string;
  readonly metrics: MonitorMetrics;
  readonly alarmNames: readonly string[];
  readonly logGroup: LogGroup;
}

/** Columns of a CloudWatch dashboard. */
const WIDTH = 24;
/** The shortest interval between runs. */
const PERIOD = Duration.minutes(5);

const UNMETERED = { label: 'unmetered', color: Color.RED };
const FAILED = { label: 'failed', color: Color.ORANGE };
const IN_PROGRESS = { label: 'in progress', color: Color.GREY };

/** Answers three questions, from top to bottom: are events metered, which alerts fire, is the monitor healthy? */
export class HealthDashboard extends Construct {
  readonly dashboard: Dashboard;
  readonly #metrics: MonitorMetrics;

  constructor(scope: Construct, id: string, props: HealthDashboardProps) {
    super(scope, id);
    this.#metrics = props.metrics;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(24),
      widgets: [
        [heading('Are events being metered?')],
        [this.#newestWindow()],
        [this.#eventsByGroup(), this.#unmeteredShare()],
        [heading('What is firing?')],
        [this.#alertsFiring(), newestRuns(props.logGroup)],
        [heading('Is the monitor healthy?')],
        [this.#alarmStates(props.alarmNames)],
        this.#healthGraphs(),
      ],
    });
  }

  /** The highest value of a period. Every run reports the newest window, so its counts must not be added up. */
  #level(name: MetricName, options: MetricOptions = {}): Metric {
    return this.#metrics.of(name, { statistic: Stats.MAXIMUM, period: PERIOD, ...options });
  }

  #sum(name: MetricName, options: MetricOptions): Metric {
    return this.#metrics.of(name, { statistic: Stats.SUM, period: PERIOD, ...options });
  }

  #newestWindow(): IWidget {
    return new SingleValueWidget({
      title: 'Newest window',
      width: WIDTH,
      height: 4,
      metrics: [
        this.#level('EventsUnmetered', UNMETERED),
        this.#level('UnmeteredPercent', { label: 'unmetered, % of settled' }),
        this.#level('EventsFailed', FAILED),
        this.#level('EventsInProgress', IN_PROGRESS),
        this.#level('EventsTotal', { label: 'all events' }),
        this.#level('IncidentsOpen', { label: 'incidents open' }),
      ],
    });
  }

  #eventsByGroup(): IWidget {
    return new GraphWidget({
      title: 'Events of the window, by status group',
      width: WIDTH / 2,
      stacked: true,
      left: [
        this.#level('EventsUnmetered', UNMETERED),
        this.#level('EventsFailed', FAILED),
        this.#level('EventsInProgress', IN_PROGRESS),
        new MathExpression({
          label: 'metered, duplicate and other',
          color: Color.GREEN,
          expression: 'total - unmetered - failed - inProgress',
          period: PERIOD,
          usingMetrics: {
            total: this.#level('EventsTotal'),
            unmetered: this.#level('EventsUnmetered'),
            failed: this.#level('EventsFailed'),
            inProgress: this.#level('EventsInProgress'),
          },
        }),
      ],
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    });
  }

  #unmeteredShare(): IWidget {
    return new GraphWidget({
      title: 'Unmetered events, % of settled events; and all events',
      width: WIDTH / 2,
      left: [this.#level('UnmeteredPercent', { label: 'unmetered %', color: Color.RED })],
      right: [this.#level('EventsTotal', { label: 'all events', color: Color.BLUE })],
      leftYAxis: { min: 0, label: '%', showUnits: false },
      rightYAxis: { min: 0, label: 'events', showUnits: false },
    });
  }

  #alertsFiring(): IWidget {
    return new GraphWidget({
      title: 'Alerts firing',
      width: WIDTH / 2,
      left: [this.#level('IncidentsOpen', { label: 'incidents open', color: Color.RED })],
      leftYAxis: { min: 0, showUnits: false },
    });
  }

  #alarmStates(alarmNames: readonly string[]): IWidget {
    return new AlarmStatusWidget({
      title: 'Alarms of the monitor itself',
      width: WIDTH,
      height: 3,
      alarms: alarmNames.map((name, index) => Alarm.fromAlarmName(this, `Alarm${index}`, name)),
    });
  }

  #healthGraphs(): IWidget[] {
    return [
      new GraphWidget({
        title: 'Runs that succeeded',
        width: WIDTH / 3,
        left: [this.#sum('RunSucceeded', { label: 'succeeded', color: Color.GREEN })],
        leftYAxis: { min: 0, showUnits: false },
      }),
      new GraphWidget({
        title: 'Backlog, minutes',
        width: WIDTH / 3,
        left: [this.#level('BacklogMinutes', { label: 'backlog' })],
        leftYAxis: { min: 0, label: 'minutes', showUnits: false },
      }),
      new GraphWidget({
        title: 'Requests to Togai',
        width: WIDTH / 3,
        left: [
          this.#sum('TogaiRequests', { label: 'requests', color: Color.BLUE }),
          this.#sum('TogaiThrottled', { label: 'answered with 429', color: Color.RED }),
        ],
        leftYAxis: { min: 0, showUnits: false },
      }),
    ];
  }
}

function newestRuns(logGroup: LogGroup): IWidget {
  return new LogQueryWidget({
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
  });
}

function heading(text: string): TextWidget {
  return new TextWidget({ markdown: `## ${text}`, width: WIDTH, height: 1 });
}

/** The address of a dashboard in the console. It needs only the name, so the function can link to it first. */
export function dashboardUrl(scope: Construct, dashboardName: string): string {
  const region = Aws.REGION;
  return `https://${region}.${consoleHost(scope)}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
}
