import type { Bounds, Parameter } from '../functions/monitor/settings/setting.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';

/** A stack parameter, defined once for the template, the console and the table in `docs/operations.md`. */
export interface StackParameter extends Parameter {
  /** The text beside the field in the console. */
  readonly label: string;
  /** The console shows stars in place of the value. @default false */
  readonly isSecret?: boolean;
}

/** Minutes from the start of a run to the start of the next. */
export const RUN_EVERY_MINUTES = ['5', '10', '15'] as const;

/** Each address has a parameter of its own, so that removing one never touches another. */
const EMAIL_SLOTS = [1, 2, 3, 4, 5] as const;

/** No dot at either end, and no two dots in a row. */
const MAILBOX = "(?!\\.)(?:\\.?[A-Za-z0-9!#$%&'*+/=?^_{|}~-])+";
/** No hyphen at either end. Punycode (`xn--bcher-kva`) is a label too. */
const LABEL = '(?!-)[A-Za-z0-9-]+(?<!-)';
const TOP_LEVEL = `(?:[A-Za-z]{2,63}|xn--${LABEL})`;

/** An email address, or nothing. */
export const EMAIL = {
  bounds: {
    kind: 'text',
    pattern: `^(?:${MAILBOX}@(?:${LABEL}\\.)+${TOP_LEVEL})?$`,
    maxLength: 254,
  } satisfies Bounds,
  remedy: 'write one email address, or nothing',
};

const runEveryMinutes: StackParameter = {
  name: 'RunEveryMinutes',
  label: 'Minutes from run to run',
  description: 'minutes from the start of a run to the start of the next (5, 10, 15)',
  defaultText: '5',
  bounds: { kind: 'choice', choices: RUN_EVERY_MINUTES },
  remedy: 'write 5, 10 or 15',
};

const alertEmails: readonly StackParameter[] = EMAIL_SLOTS.map((slot) => ({
  name: `AlertEmail${slot}`,
  label: `Email address ${slot}`,
  // A long text in each of them would make the template too long to be passed inline.
  description:
    slot > 1
      ? 'another address, as AlertEmail1'
      : 'address that gets every message, after a person has opened the link that AWS sends to it; to move an address to another of these fields, clear it and deploy first',
  defaultText: '',
  ...EMAIL,
}));

const alarmEmail: StackParameter = {
  name: 'AlarmEmail',
  label: 'Email address for alarms of the monitor itself',
  description:
    'address that also gets the alarms of the monitor itself, through a second topic that works while the topic of alerts is broken; a person has to open the link that AWS sends to it',
  defaultText: '',
  ...EMAIL,
};

export const slackWorkspaceId: StackParameter = {
  name: 'SlackWorkspaceId',
  label: 'Slack workspace ID',
  description:
    'ID that begins with T; authorise the workspace once, in the console of Amazon Q Developer in chat applications',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^(?:T[A-Z0-9]+)?$', maxLength: 30 },
  remedy: 'write the ID of a workspace, such as T012ABCDEFG, or nothing',
};

export const slackChannelId: StackParameter = {
  name: 'SlackChannelId',
  label: 'Slack channel ID',
  description:
    'ID that begins with C, or with G for a private channel; invite Amazon Q to a private channel first',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^(?:[CG][A-Z0-9]+)?$', maxLength: 30 },
  remedy: 'write the ID of a channel, such as C012ABCDEFG, or nothing',
};

export const pagerEndpoint: StackParameter = {
  name: 'PagerEndpoint',
  label: 'Address of your pager',
  description:
    'https address of a pager that takes CloudWatch alarms from SNS, such as that of an integration "Amazon CloudWatch" in PagerDuty; it gets one page for each critical incident, which closes by itself; keep it secret',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^(?:https://[!-~]+)?$', maxLength: 500 },
  remedy: 'write the https address that the pager shows for Amazon CloudWatch, or nothing',
  isSecret: true,
};

const eventBus: StackParameter = {
  name: 'EventBus',
  label: 'EventBridge bus',
  description:
    'name of a bus of this account and region that gets every message as an event; default for the one that each account has; create another one first',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^[A-Za-z0-9._-]*$', maxLength: 64 },
  remedy: 'write default or the name of a bus, or nothing',
};

const onCallPolicy: StackParameter = {
  name: 'OnCallPolicy',
  label: 'Policy for people on call',
  description:
    'whether there is a managed policy that lets people silence accounts and look at the status, to attach to their role (no, yes)',
  defaultText: 'no',
  bounds: { kind: 'choice', choices: ['no', 'yes'] },
  remedy: 'write no or yes',
};

const SETTING_LABELS: Readonly<Record<SettingKey, string>> = {
  thresholds: 'Thresholds',
  windowMinutes: 'Window, minutes',
  minimumEvents: 'Minimum events for a percentage',
  repeatMinutes: 'Reminder every, minutes',
  settleMinutes: 'Settling time, minutes',
  maxCatchUpHours: 'Catch up at most, hours',
  maxRequestsPerSecond: 'Requests to Togai per second',
  counting: 'Counting',
  ignoredAccounts: 'Ignored accounts',
  ignoredSchemas: 'Ignored event schemas',
  timeZone: 'Time zone beside UTC',
  showWorth: 'Show what lost events are worth',
  runbookUrl: 'Link to your runbook',
  togaiBaseUrl: 'Togai environment',
};

function parameterOf(key: SettingKey): StackParameter {
  return { ...SETTINGS[key], label: SETTING_LABELS[key] };
}

interface ParameterGroup {
  readonly label: string;
  readonly parameters: readonly StackParameter[];
}

/** Every parameter, in the order of the console. First are those that people tune at night. */
export const PARAMETER_GROUPS: readonly ParameterGroup[] = [
  {
    label: 'When to alert',
    parameters: (['thresholds', 'windowMinutes', 'minimumEvents', 'repeatMinutes'] as const).map(
      parameterOf,
    ),
  },
  {
    label: 'What to ignore',
    parameters: (['ignoredAccounts', 'ignoredSchemas'] as const).map(parameterOf),
  },
  {
    label: 'Whom to notify',
    parameters: [
      ...alertEmails,
      alarmEmail,
      slackWorkspaceId,
      slackChannelId,
      pagerEndpoint,
      eventBus,
      parameterOf('timeZone'),
      parameterOf('showWorth'),
      parameterOf('runbookUrl'),
      onCallPolicy,
    ],
  },
  {
    label: 'How to count',
    parameters: [
      parameterOf('togaiBaseUrl'),
      parameterOf('counting'),
      parameterOf('maxRequestsPerSecond'),
      runEveryMinutes,
      parameterOf('settleMinutes'),
      parameterOf('maxCatchUpHours'),
    ],
  },
];

/** The values of the parameters, as tokens: synthesis does not know them. */
export interface ParameterValues {
  readonly settings: Readonly<Record<SettingKey, string>>;
  readonly runEveryMinutes: string;
  readonly alertEmails: readonly string[];
  readonly alarmEmail: string;
  readonly slackWorkspaceId: string;
  readonly slackChannelId: string;
  readonly pagerEndpoint: string;
  readonly eventBus: string;
  /** `yes` or `no`. */
  readonly onCallPolicy: string;
}

/** The values of all parameters, each by `read`. */
export function valuesOf(read: (parameter: Parameter) => string): ParameterValues {
  const settings = Object.entries(SETTINGS).map(([key, setting]) => [key, read(setting)]);
  return {
    settings: Object.fromEntries(settings) as ParameterValues['settings'],
    runEveryMinutes: read(runEveryMinutes),
    alertEmails: alertEmails.map(read),
    alarmEmail: read(alarmEmail),
    slackWorkspaceId: read(slackWorkspaceId),
    slackChannelId: read(slackChannelId),
    pagerEndpoint: read(pagerEndpoint),
    eventBus: read(eventBus),
    onCallPolicy: read(onCallPolicy),
  };
}
