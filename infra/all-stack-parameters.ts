import { SETTINGS, type SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { DEFAULT_RUN_MINUTES } from '../functions/monitor/settings/names-shared-with-stack.ts';
import type { Parameter } from '../functions/monitor/settings/setting.ts';
import {
  alarmEmail,
  alertEmails,
  eventBus,
  pagerEndpoint,
  slackChannelId,
  slackWorkspaceId,
  teamsChannelId,
  teamsTeamId,
  teamsTenantId,
} from './recipient-parameters.ts';
import type { StackParameter } from './stack-parameter.ts';

/** Minutes from the start of a run to the start of the next. */
export const RUN_EVERY_MINUTES = ['5', '10', '15'] as const;

const runEveryMinutes: StackParameter = {
  name: 'RunEveryMinutes',
  label: 'Minutes from run to run',
  description: `minutes from the start of a run to the start of the next (${RUN_EVERY_MINUTES.join(', ')})`,
  defaultText: String(DEFAULT_RUN_MINUTES),
  bounds: { kind: 'choice', choices: RUN_EVERY_MINUTES },
  remedy: 'write 5, 10 or 15',
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
  showWorth: 'Show the worth of lost events',
  digestDay: 'Day of the weekly digest',
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
      teamsTenantId,
      teamsTeamId,
      teamsChannelId,
      pagerEndpoint,
      eventBus,
      parameterOf('timeZone'),
      parameterOf('showWorth'),
      parameterOf('digestDay'),
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

/** The parameters of channels that only Amazon Q can notify. */
/** Where there is no Amazon Q, a stack has none of these. */
export const CHATS: readonly Parameter[] = [
  slackWorkspaceId,
  slackChannelId,
  teamsTenantId,
  teamsTeamId,
  teamsChannelId,
];

/** The parameters of a stack. Without chats it has none for Slack and Teams. */
export function parameterGroups(chats: boolean): readonly ParameterGroup[] {
  if (chats) return PARAMETER_GROUPS;
  return PARAMETER_GROUPS.map(({ label, parameters }) => ({
    label,
    parameters: parameters.filter((parameter) => !CHATS.includes(parameter)),
  }));
}

/** The values of the parameters, as tokens: synthesis does not know them. */
export interface ParameterValues {
  readonly settings: Readonly<Record<SettingKey, string>>;
  readonly runEveryMinutes: string;
  readonly alertEmails: readonly string[];
  readonly alarmEmail: string;
  readonly slackWorkspaceId: string;
  readonly slackChannelId: string;
  readonly teamsTenantId: string;
  readonly teamsTeamId: string;
  readonly teamsChannelId: string;
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
    teamsTenantId: read(teamsTenantId),
    teamsTeamId: read(teamsTeamId),
    teamsChannelId: read(teamsChannelId),
    pagerEndpoint: read(pagerEndpoint),
    eventBus: read(eventBus),
    onCallPolicy: read(onCallPolicy),
  };
}
