import { Token } from 'aws-cdk-lib';
import type { Parameter } from '../functions/monitor/settings/setting.ts';
import type { SlackChannel, TeamsChannel } from './chat-channels.ts';
import {
  EMAIL,
  pagerEndpoint,
  slackChannelId,
  slackWorkspaceId,
  teamsChannelId,
  teamsTeamId,
  teamsTenantId,
} from './recipient-parameters.ts';

/**
 * The longest name of a Slack configuration has 128 characters, and it ends in the region. Alarms, dashboards and
 * descriptions have room for more.
 */
const MONITOR_NAME = /^[A-Za-z0-9_-]{1,100}$/;

/** MB. Source: AWS, Lambda quotas. */
const LEAST_MEMORY = 128;
const MOST_MEMORY = 10_240;

interface CheckedProps {
  readonly monitorName?: string;
  readonly memorySize?: number;
  readonly alertEmails?: readonly string[];
  readonly alarmEmail?: string;
  readonly slack?: SlackChannel;
  readonly teams?: TeamsChannel;
  readonly pagerEndpoint?: string;
}

/**
 * Checks the properties that are known at synthesis, as CloudFormation checks the parameters of the stack. A token is
 * checked at deployment.
 *
 * @throws Error that names the property
 */
export function checkLiterals(props: CheckedProps): void {
  checkMonitorName(props.monitorName);
  checkMemory(props.memorySize);
  checkEmails(props.alertEmails ?? []);
  checkText('alarmEmail', props.alarmEmail ?? '', EMAIL);
  checkPager(props.pagerEndpoint ?? '');
  checkChat('slack', props.slack, {
    workspaceId: slackWorkspaceId,
    channelId: slackChannelId,
  });
  checkChat('teams', props.teams, {
    tenantId: teamsTenantId,
    teamId: teamsTeamId,
    channelId: teamsChannelId,
  });
}

/**
 * Checks a text as CloudFormation checks the parameter.
 *
 * @throws Error that begins with `name`
 */
export function checkText(
  name: string,
  text: string,
  { bounds, remedy }: Pick<Parameter, 'bounds' | 'remedy'>,
): void {
  if (bounds.kind !== 'text' || Token.isUnresolved(text)) return;
  if (text.length > bounds.maxLength) {
    throw new Error(
      `${name}: ${text.length} characters are more than ${bounds.maxLength}; ${remedy}`,
    );
  }
  // CloudFormation matches whole values, by code points.
  if (new RegExp(`^(?:${bounds.pattern})$`, 'u').test(text)) return;
  throw new Error(`${name}: ${JSON.stringify(text)} cannot be used; ${remedy}`);
}

function checkMonitorName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || MONITOR_NAME.test(name)) return;
  throw new Error(
    `monitorName: ${JSON.stringify(name)} cannot be the name of a dashboard; write 1 to 100 letters (A-Z, a-z), digits, hyphens and underscores`,
  );
}

function checkMemory(megabytes: number | undefined): void {
  if (megabytes === undefined || Token.isUnresolved(megabytes)) return;
  const isWhole = Number.isInteger(megabytes);
  if (isWhole && megabytes >= LEAST_MEMORY && megabytes <= MOST_MEMORY) return;
  throw new Error(
    `memorySize: ${megabytes} MB is not possible; write whole megabytes from ${LEAST_MEMORY} to ${MOST_MEMORY}`,
  );
}

function checkEmails(emails: readonly string[]): void {
  const seen = new Set<string>();
  for (const email of emails) {
    checkText('alertEmails', email, EMAIL);
    // SNS keeps one subscription for an address.
    if (email !== '' && seen.has(email)) {
      throw new Error(`alertEmails: ${email} is written twice; write each email address once`);
    }
    seen.add(email);
  }
}

/** An error must not show the address. */
function checkPager(endpoint: string): void {
  try {
    checkText('pagerEndpoint', endpoint, pagerEndpoint);
  } catch {
    throw new Error(`pagerEndpoint: the address cannot be used; ${pagerEndpoint.remedy}`);
  }
}

/** Each part is of use only with the others. */
function checkChat<Part extends string>(
  chat: string,
  channel: Readonly<Record<Part, string>> | undefined,
  parameters: Readonly<Record<Part, Parameter>>,
): void {
  if (!channel) return;
  const parts = Object.keys(parameters) as Part[];
  for (const part of parts) checkText(`${chat}.${part}`, channel[part], parameters[part]);
  const empty = parts.filter((part) => channel[part] === '');
  if (empty.length === 0 || empty.length === parts.length) return;
  throw new Error(
    `${chat}: ${empty.join(' and ')} empty; write ${parts.join(', ')}, or leave ${chat} out`,
  );
}
