import { Aws, type CfnCondition, CfnResource } from 'aws-cdk-lib';
import {
  CfnMicrosoftTeamsChannelConfiguration,
  CfnSlackChannelConfiguration,
} from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import { createGiven } from './given.ts';

/** A Slack channel; see "Slack" in `docs/channels.md`. */
export interface SlackChannel {
  /** Begins with `T`. A token may be empty at deployment; then there is no Slack. */
  readonly workspaceId: string;
  /** Begins with `C` or `G`. */
  readonly channelId: string;
}

/** A channel of Microsoft Teams; see "Microsoft Teams" in `docs/channels.md`. */
export interface TeamsChannel {
  /** A token may be empty at deployment; then there is no Teams. */
  readonly tenantId: string;
  readonly teamId: string;
  /** As a link to the channel has it: `19%3A...%40thread.tacv2`. */
  readonly channelId: string;
}

interface ChatProps {
  readonly monitorName: string;
  readonly topic: ITopic;
}

/**
 * The limit of Amazon Q's permissions in a channel, also if a person gives its role more later. Without a guardrail the
 * limit would be AdministratorAccess.
 */
const GUARDRAIL = 'policy/CloudWatchReadOnlyAccess';

export function connectSlack(
  scope: Construct,
  { workspaceId, channelId }: SlackChannel,
  props: ChatProps,
): void {
  const { given, ...common } = prepare(scope, 'Slack', workspaceId, props);
  new CfnSlackChannelConfiguration(scope, 'Slack', {
    ...common,
    slackWorkspaceId: workspaceId,
    slackChannelId: channelId,
  }).cfnOptions.condition = given;
}

export function connectTeams(
  scope: Construct,
  { tenantId, teamId, channelId }: TeamsChannel,
  props: ChatProps,
): void {
  const { given, ...common } = prepare(scope, 'Teams', tenantId, props);
  new CfnMicrosoftTeamsChannelConfiguration(scope, 'Teams', {
    ...common,
    teamsTenantId: tenantId,
    teamId,
    teamsChannelId: channelId,
  }).cfnOptions.condition = given;
}

/** Whether a node of the app brings the messages of a topic to a chat. */
export function isChatOf(node: IConstruct, { topicArn }: ITopic): boolean {
  const isChat =
    node instanceof CfnSlackChannelConfiguration ||
    node instanceof CfnMicrosoftTeamsChannelConfiguration;
  return isChat && node.snsTopicArns?.includes(topicArn) === true;
}

/** The properties that the channels of all chats share. The condition is that there is such a channel. */
function prepare(
  scope: Construct,
  chat: 'Slack' | 'Teams',
  id: string,
  { monitorName, topic }: ChatProps,
) {
  // The role has no permissions: messages go to the channel, and no command comes back from it.
  const role = new Role(scope, `${chat}Role`, {
    assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    description: `${monitorName}: the role of the ${chat} channel, without permissions`,
  });
  const given: CfnCondition | undefined = createGiven(scope, `${chat}Given`, id);
  for (const resource of role.node.findAll().filter(CfnResource.isCfnResource)) {
    resource.cfnOptions.condition = given;
  }
  return {
    given,
    configurationName: `${monitorName}-${Aws.REGION}`,
    iamRoleArn: role.roleArn,
    guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:${GUARDRAIL}`],
    snsTopicArns: [topic.topicArn],
    // A log is the only sign of a message that Amazon Q could not show.
    loggingLevel: 'ERROR',
  };
}
