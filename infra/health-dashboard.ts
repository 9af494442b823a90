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
  type Metric,
  type MetricOptions,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MetricName } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { consoleHost } from './console-host.ts';
import type { MonitorMetrics } from './monitor-metrics.ts';

interface HealthDashboardProps {
  readonly dashboardName: string;
  readonly metrics: MonitorMetrics;
  readonly alarmNames: readonly string[];
  readonly logGroup: LogGroup;
  /** Shows open incidents and silences. */
  readonly statusCommand: string;
}

/** Columns of a CloudWatch dashboard. */
const WIDTH = 24;
/** The shortest interval between runs. */
const PERIOD = Duration.minutes(5);

const UNMETERED = { label: 'unmetered', color: Color.RED };
const FAILED = { label: 'failed', color: Color.ORANGE };
const UNKNOWN = { label: 'unknown', color: Color.PURPLE };
const IN_PROGRESS = { label: 'in progress', color: Color.GREY };

/**
 * Answers four questions, in the words of the messages. Which incidents are open? Which events are
 * not billed? Where do the counts come from? Is the monitor healthy?
 */
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
        [heading('Which incidents are open?')],
        [this.#newestWindow()],
        [this.#incidentsOpen(), openIncidents(props.logGroup)],
        [silences(props.statusCommand)],
        [heading('Which events are not billed?')],
        [this.#lostEvents(), this.#unmeteredShare()],
        [heading('Where do the counts come from?')],
        [newestRuns(props.logGroup)],
        [heading('Does the monitor work?')],
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
      title: 'Incidents, and the events of the newest window',
      width: WIDTH,
      height: 4,
      metrics: [
        this.#level('IncidentsOpen', { label: 'incidents open' }),
        this.#level('EventsUnmetered', UNMETERED),
        this.#level('UnmeteredPercent', { label: 'unmetered, % of settled' }),
        this.#level('EventsFailed', FAILED),
        this.#level('EventsUnknown', UNKNOWN),
        this.#level('EventsInProgress', IN_PROGRESS),
        this.#level('EventsTotal', { label: 'all events' }),
      ],
    });
  }

  /** Metered events are left out: beside them a loss of one event in a hundred cannot be seen. */
  #lostEvents(): IWidget {
    return new GraphWidget({
      title: 'Events of the window that are not billed, by subject',
      width: WIDTH / 2,
      stacked: true,
      left: [
        this.#level('EventsUnmetered', UNMETERED),
        this.#level('EventsFailed', FAILED),
        this.#level('EventsUnknown', UNKNOWN),
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

  #incidentsOpen(): IWidget {
    return new GraphWidget({
      title: 'Incidents open',
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

/** Amounts are in the messages: the log holds nothing of any account. */
function openIncidents(logGroup: LogGroup): IWidget {
  return logTable(logGroup, {
    title: 'Incidents that newest runs saw open (three of each run)',
    width: WIDTH / 2,
    fields: [0, 1, 2].flatMap((index) =>
      ['id', 'subject', 'severity', 'since'].map((field) => `open.${index}.${field}`),
    ),
    filter: 'and ispresent(open.0.id)',
  });
}

function newestRuns(logGroup: LogGroup): IWidget {
  return logTable(logGroup, {
    title: 'Newest runs',
    width: WIDTH,
    fields: ['outcome', 'source', 'sourceReason', 'counted', 'partial', 'undelivered', 'problem'],
  });
}

interface LogTable {
  readonly title: string;
  readonly width: number;
  /** Of the log line of a run. */
  readonly fields: readonly string[];
  readonly filter?: string;
}

function logTable(logGroup: LogGroup, { title, width, fields, filter = '' }: LogTable): IWidget {
  return new LogQueryWidget({
    title,
    width,
    logGroupNames: [logGroup.logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      `fields at, ${fields.join(', ')}`,
      `filter message = "run" ${filter}`.trim(),
      'sort @timestamp desc',
      'limit 20',
    ],
  });
}

function silences(statusCommand: string): IWidget {
  return new TextWidget({
    markdown: `Who is silenced until when, and how many events each incident has lost: \`npx unmetered status\`, or in CloudShell:\n\n\`\`\`\n${statusCommand}\n\`\`\``,
    width: WIDTH,
    height: 3,
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
