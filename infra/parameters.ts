import { CfnParameter, type CfnParameterProps, CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { Bounds, Parameter } from '../functions/monitor/settings/setting.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';

/** A stack parameter: one definition for the template, the console and the table in `docs/operations.md`. */
export interface StackParameter extends Parameter {
  /** In the console, beside the field. */
  readonly label: string;
}

/** How often a run may start, in minutes. A run is given a minute less, so that two never overlap. */
export const RUN_EVERY_MINUTES = ['5', '10', '15'] as const;

/** One address each, so that removing one never touches another. */
const EMAIL_SLOTS = [1, 2, 3, 4, 5] as const;

const EMAIL: Bounds = {
  kind: 'text',
  pattern: '^(?:[A-Za-z0-9.!#$%&*+/=?^_{|}~-]+@(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,})?$',
  maxLength: 254,
};

const runEveryMinutes: StackParameter = {
  name: 'RunEveryMinutes',
  label: 'Minutes from run to run',
  description: 'how often a run starts, in minutes (5, 10, 15)',
  defaultText: '5',
  bounds: { kind: 'choice', choices: RUN_EVERY_MINUTES },
  remedy: 'write 5, 10 or 15',
};

const alertEmails: readonly StackParameter[] = EMAIL_SLOTS.map((slot) => ({
  name: `AlertEmail${slot}`,
  label: `Email address ${slot}`,
  description:
    'gets every message, once it has confirmed the subscription by the link that AWS sends to it; to move an address to another of these fields, clear it and deploy first',
  defaultText: '',
  bounds: EMAIL,
  remedy: 'write one email address, or nothing',
}));

const slackWorkspaceId: StackParameter = {
  name: 'SlackWorkspaceId',
  label: 'Slack workspace ID',
  description:
    'begins with T; the workspace has to be authorised once in the console of Amazon Q Developer in chat applications',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^(?:T[A-Z0-9]+)?$', maxLength: 30 },
  remedy: 'write the ID of a workspace, such as T012ABCDEFG, or nothing',
};

const slackChannelId: StackParameter = {
  name: 'SlackChannelId',
  label: 'Slack channel ID',
  description: 'begins with C, or with G for a private channel that Amazon Q was invited to',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^(?:[CG][A-Z0-9]+)?$', maxLength: 30 },
  remedy: 'write the ID of a channel, such as C012ABCDEFG, or nothing',
};

const SETTING_LABELS: Readonly<Record<SettingKey, string>> = {
  thresholds: 'Thresholds',
  windowMinutes: 'Window, minutes',
  minimumEvents: 'Smallest sample of a percentage',
  repeatMinutes: 'Reminder every, minutes',
  settleMinutes: 'Settling time, minutes',
  maxCatchUpHours: 'Catch up at most, hours',
  maxRequestsPerSecond: 'Requests to Togai per second',
  counting: 'Counting',
  ignoredAccounts: 'Ignored accounts',
  ignoredSchemas: 'Ignored event schemas',
  muteUntil: 'Mute until (UTC)',
  runbookUrl: 'Link to your runbook',
  togaiBaseUrl: 'Togai',
};

function ofSetting(key: SettingKey): StackParameter {
  return { ...SETTINGS[key], label: SETTING_LABELS[key] };
}

interface ParameterGroup {
  readonly label: string;
  readonly parameters: readonly StackParameter[];
}

/** Every parameter, in the order of the console: what is tuned at night comes first. */
export const PARAMETER_GROUPS: readonly ParameterGroup[] = [
  {
    label: 'When to alert',
    parameters: (['thresholds', 'windowMinutes', 'minimumEvents', 'repeatMinutes'] as const).map(
      ofSetting,
    ),
  },
  {
    label: 'What to leave in peace',
    parameters: (['muteUntil', 'ignoredAccounts', 'ignoredSchemas'] as const).map(ofSetting),
  },
  {
    label: 'Whom to notify',
    parameters: [...alertEmails, slackWorkspaceId, slackChannelId, ofSetting('runbookUrl')],
  },
  {
    label: 'How to count',
    parameters: [
      ofSetting('togaiBaseUrl'),
      ofSetting('counting'),
      ofSetting('maxRequestsPerSecond'),
      runEveryMinutes,
      ofSetting('settleMinutes'),
      ofSetting('maxCatchUpHours'),
    ],
  },
];

/** The values that are given at deployment, as tokens: nothing here knows them. */
export interface ParameterValues {
  readonly settings: Readonly<Record<SettingKey, string>>;
  readonly runEveryMinutes: string;
  readonly alertEmails: readonly string[];
  readonly slackWorkspaceId: string;
  readonly slackChannelId: string;
}

/** Adds the parameters to a stack, and the rules of what must go together. */
export function addParameters(stack: Stack): ParameterValues {
  const values = new Map<string, string>();
  for (const { parameters } of PARAMETER_GROUPS) {
    for (const parameter of parameters) {
      values.set(parameter.name, addParameter(stack, parameter).valueAsString);
    }
  }
  stack.templateOptions.metadata = {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: PARAMETER_GROUPS.map(({ label, parameters }) => ({
        Label: { default: label },
        Parameters: parameters.map(({ name }) => name),
      })),
      ParameterLabels: Object.fromEntries(
        PARAMETER_GROUPS.flatMap(({ parameters }) => parameters).map(({ name, label }) => [
          name,
          { default: label },
        ]),
      ),
    },
  };
  const given = valuesOf(({ name }) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the parameter ${name} is in no group`);
    return value;
  });
  addRules(stack, given);
  return given;
}

function addParameter(
  stack: Stack,
  { name, description, defaultText, bounds, remedy }: StackParameter,
): CfnParameter {
  return new CfnParameter(stack, name, {
    description: `${description[0]?.toUpperCase()}${description.slice(1)}.`,
    default: defaultText,
    constraintDescription: `${remedy}.`,
    ...constraintsOf(bounds),
  });
}

function constraintsOf(bounds: Bounds): CfnParameterProps {
  switch (bounds.kind) {
    case 'number':
      return { type: 'Number', minValue: bounds.least, maxValue: bounds.most };
    case 'choice':
      return { type: 'String', allowedValues: [...bounds.choices] };
    case 'text':
      return { type: 'String', allowedPattern: bounds.pattern, maxLength: bounds.maxLength };
  }
}

/** What must go together, and what must not. */
function addRules(
  stack: Stack,
  { settings, alertEmails, slackWorkspaceId, slackChannelId }: ParameterValues,
) {
  const isEmpty = (value: string) => Fn.conditionEquals(value, '');
  const isGiven = (value: string) => Fn.conditionNot(isEmpty(value));
  new CfnRule(stack, 'SlackIsWhole', {
    assertions: [
      {
        assert: Fn.conditionOr(
          Fn.conditionAnd(isEmpty(slackWorkspaceId), isEmpty(slackChannelId)),
          Fn.conditionAnd(isGiven(slackWorkspaceId), isGiven(slackChannelId)),
        ),
        assertDescription:
          'Write both SlackWorkspaceId and SlackChannelId to alert in Slack, or neither.',
      },
    ],
  });
  new CfnRule(stack, 'MetricsCanCount', {
    ruleCondition: Fn.conditionEquals(settings.counting, 'metrics'),
    assertions: [
      {
        assert: Fn.conditionNot(Fn.conditionEquals(settings.windowMinutes, '30')),
        assertDescription:
          'Togai counts by the hour: with Counting = metrics choose a WindowMinutes of 60 or more, or count events.',
      },
      {
        assert: isEmpty(settings.ignoredSchemas),
        assertDescription:
          'Schemas cannot be ignored with Counting = metrics: clear IgnoredSchemas, ignore accounts instead, or count events.',
      },
    ],
  });
  const pairs = alertEmails.flatMap((one, index) =>
    alertEmails.slice(index + 1).map((other) => [one, other] as const),
  );
  // Two subscriptions of one address are one to SNS: removing either would remove both.
  new CfnRule(stack, 'EmailsDiffer', {
    assertions: pairs.map(([one, other]) => ({
      assert: Fn.conditionOr(isEmpty(one), Fn.conditionNot(Fn.conditionEquals(one, other))),
      assertDescription: 'Write each email address once; leave the other parameters empty.',
    })),
  });
}

function valuesOf(read: (parameter: Parameter) => string): ParameterValues {
  const settings = Object.entries(SETTINGS).map(([key, setting]) => [key, read(setting)]);
  return {
    settings: Object.fromEntries(settings) as ParameterValues['settings'],
    runEveryMinutes: read(runEveryMinutes),
    alertEmails: alertEmails.map(read),
    slackWorkspaceId: read(slackWorkspaceId),
    slackChannelId: read(slackChannelId),
  };
}
