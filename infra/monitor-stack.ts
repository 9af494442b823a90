import { CfnCondition, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { addParameters } from './add-parameters-to-template.ts';
import type { ParameterValues } from './all-stack-parameters.ts';
import { createOnCallPolicy } from './on-call-policy.ts';
import {
  UnmeteredEventsMonitor,
  type UnmeteredEventsMonitorProps,
} from './unmetered-events-monitor.ts';
import { VERSION } from './version.ts';

/** Secrets Manager adds the six characters. A policy for the ARN without them matches no secret. */
const COMPLETE_SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:.+-[A-Za-z0-9]{6}$/;

export interface MonitorStackProps extends StackProps {
  /**
   * The complete ARN of a secret that holds Togai's API token.
   *
   * @default - a new secret with a placeholder
   */
  readonly tokenSecretArn?: string;

  /**
   * The ARN of the KMS key of that secret, if it has a key of its own.
   *
   * @default - the key that AWS manages
   */
  readonly tokenSecretKeyArn?: string;

  /**
   * Memory of the function, MB.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Whether parameters name channels of Slack and Teams. The partitions of China and GovCloud have no Amazon Q, which notifies
   * them, and refuse a template with its resources.
   *
   * @default true
   */
  readonly chats?: boolean;
}

/** The monitor as a stack of its own. Parameters tune it, and its outputs name the next steps. */
export class MonitorStack extends Stack {
  readonly monitor: UnmeteredEventsMonitor;

  constructor(scope: Construct, id: string, props: MonitorStackProps = {}) {
    super(scope, id, {
      description: `Notifies people when usage events reach Togai but are never metered. ${VERSION}`,
      ...props,
    });
    const { chats = true } = props;
    const parameters = addParameters(this, { chats });
    this.monitor = new UnmeteredEventsMonitor(this, 'Monitor', {
      settings: parameters.settings,
      runEveryMinutes: parameters.runEveryMinutes,
      alertEmails: parameters.alertEmails,
      alarmEmail: parameters.alarmEmail,
      ...chatsOf(parameters),
      eventBus: EventBus.fromEventBusName(this, 'EventBusOfParameter', parameters.eventBus),
      pagerEndpoint: parameters.pagerEndpoint,
      tokenSecret: this.#existingSecret(props),
      memorySize: props.memorySize,
    });
    this.monitor.addOutputs();
    this.#addOnCallPolicy(parameters.onCallPolicy);
    this.#warnIfNobodyIsNotified(parameters);
    this.#explainFindings();
  }

  /** Findings of other checks than cdk-nag. */
  #explainFindings(): void {
    // Checks see the empty defaults of the parameters of chats. They do not see that there is no channel then.
    acknowledge(this, {
      id: 'CloudFormation-Validate::W1030',
      reason:
        'The parameters of Slack and Teams are empty by default. The resources that use them are created only if they are not empty.',
    });
    // W3005: the function names its role twice, because the CDK makes it wait for later policies of the role.
    this.addMetadata('cfn-lint', { config: { ignore_checks: ['W1030', 'W3005'] } });
  }

  #existingSecret({ tokenSecretArn, tokenSecretKeyArn }: MonitorStackProps): ISecret | undefined {
    if (tokenSecretArn === undefined) return undefined;
    if (!COMPLETE_SECRET_ARN.test(tokenSecretArn)) {
      throw new Error(
        `tokenSecretArn is "${tokenSecretArn}". Give the complete ARN, which ends in "-" and six characters: aws secretsmanager describe-secret --secret-id NAME --query ARN`,
      );
    }
    return Secret.fromSecretAttributes(this, 'ExistingToken', {
      secretCompleteArn: tokenSecretArn,
      encryptionKey:
        tokenSecretKeyArn === undefined
          ? undefined
          : Key.fromKeyArn(this, 'ExistingTokenKey', tokenSecretKeyArn),
    });
  }

  #addOnCallPolicy(wanted: string): void {
    const { arn, isWanted } = createOnCallPolicy(this, this.monitor.function, wanted);
    new CfnOutput(this, 'OnCallPolicyArn', {
      description: 'Lets people on call make silences and look: attach it to their role.',
      value: arn,
      condition: isWanted,
    });
  }

  /** The stack cannot see later subscriptions to its topic, so it goes by its parameters. */
  #warnIfNobodyIsNotified({
    alertEmails,
    slackWorkspaceId,
    teamsTenantId,
    eventBus,
    pagerEndpoint,
  }: ParameterValues): void {
    const condition = new CfnCondition(this, 'NobodyIsTold', {
      expression: Fn.conditionAnd(
        ...[...alertEmails, slackWorkspaceId, teamsTenantId, eventBus, pagerEndpoint].map((value) =>
          Fn.conditionEquals(value, ''),
        ),
      ),
    });
    new CfnOutput(this, 'Warning', {
      description: 'Shown while no parameter names anybody to notify.',
      value:
        'Nobody is notified: set AlertEmail1 or another parameter of the group "Whom to notify", or subscribe to the topic.',
      condition,
    });
  }
}

function chatsOf(values: ParameterValues): Pick<UnmeteredEventsMonitorProps, 'slack' | 'teams'> {
  const { slackWorkspaceId, slackChannelId, teamsTenantId, teamsTeamId, teamsChannelId } = values;
  return {
    slack: { workspaceId: slackWorkspaceId, channelId: slackChannelId },
    teams: { tenantId: teamsTenantId, teamId: teamsTeamId, channelId: teamsChannelId },
  };
}
