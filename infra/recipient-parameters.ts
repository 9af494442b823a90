import type { Bounds } from '../functions/monitor/settings/setting.ts';
import type { StackParameter } from './stack-parameter.ts';

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

export const alertEmails: readonly StackParameter[] = EMAIL_SLOTS.map((slot) => ({
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

export const alarmEmail: StackParameter = {
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

/** Source: API reference of AWS Chatbot, "CreateMicrosoftTeamsChannelConfiguration". */
const UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';
const LINK_PART = '[A-Za-z0-9_=+/.,-]*';

export const teamsTenantId: StackParameter = {
  name: 'TeamsTenantId',
  label: 'Microsoft Teams tenant ID',
  description:
    'ID of the tenant; authorise the team once, in the console of Amazon Q Developer in chat applications, which shows it then',
  defaultText: '',
  bounds: { kind: 'text', pattern: `^(?:${UUID})?$`, maxLength: 36 },
  remedy: 'write the ID of a tenant, such as 1a2b3c4d-0000-1111-2222-333344445555, or nothing',
};

export const teamsTeamId: StackParameter = {
  name: 'TeamsTeamId',
  label: 'Microsoft Teams team ID',
  description: 'ID of the team, which that console shows too',
  defaultText: '',
  bounds: { kind: 'text', pattern: `^(?:${UUID})?$`, maxLength: 36 },
  remedy: 'write the ID of a team, such as 1a2b3c4d-0000-1111-2222-333344445555, or nothing',
};

export const teamsChannelId: StackParameter = {
  name: 'TeamsChannelId',
  label: 'Microsoft Teams channel ID',
  description:
    'the part of the link to the channel that begins with 19%3A and ends in thread.tacv2',
  defaultText: '',
  bounds: {
    kind: 'text',
    pattern: `^(?:${LINK_PART}%3[aA]${LINK_PART}%40${LINK_PART})?$`,
    maxLength: 255,
  },
  remedy: 'write the ID of a channel, such as 19%3Ab6ef35dc%40thread.tacv2, or nothing',
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

export const eventBus: StackParameter = {
  name: 'EventBus',
  label: 'EventBridge bus',
  description:
    'name of a bus of this account and region that gets every message as an event; default for the one that each account has; create another one first',
  defaultText: '',
  bounds: { kind: 'text', pattern: '^[A-Za-z0-9._-]*$', maxLength: 64 },
  remedy: 'write default or the name of a bus, or nothing',
};
