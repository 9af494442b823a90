import { Aws, CfnCondition, CfnOutput, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { addParameters, type ParameterValues } from './parameters.ts';
import { UnmeteredEventsMonitor } from './unmetered-events-monitor.ts';

export interface MonitorStackProps extends StackProps {
  /**
   * The complete ARN of a secret that holds Togai's API token.
   *
   * @default - a new secret with a placeholder
   */
  readonly tokenSecretArn?: string;

  /**
   * The ARN of the key that encrypts it, where that is not the one that AWS manages.
   *
   * @default - the key that AWS manages
   */
  readonly tokenSecretKeyArn?: string;
}

/** The monitor as a stack of its own: tuned by parameters, with what to do next in its outputs. */
export class MonitorStack extends Stack {
  readonly monitor: UnmeteredEventsMonitor;

  constructor(scope: Construct, id: string, props: MonitorStackProps = {}) {
    super(scope, id, {
      description: 'Alerts when usage events reach Togai but are never metered.',
      ...props,
    });
    const parameters = addParameters(this);
    this.monitor = new UnmeteredEventsMonitor(this, 'Monitor', {
      settings: parameters.settings,
      runEveryMinutes: parameters.runEveryMinutes,
      alertEmails: parameters.alertEmails,
      slack: { workspaceId: parameters.slackWorkspaceId, channelId: parameters.slackChannelId },
      tokenSecret: this.#existingSecret(props),
    });
    this.#addOutputs(parameters);
    this.#explainEmptyDefaults();
  }

  /** Checks take the empty default of a Slack parameter for a value of the channel, which is not made then. */
  #explainEmptyDefaults(): void {
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W1030',
      reason:
        'The Slack parameters are empty by default, and what uses them is created only where they are not.',
    });
    this.addMetadata('cfn-lint', { config: { ignore_checks: ['W1030'] } });
  }

  #existingSecret({ tokenSecretArn, tokenSecretKeyArn }: MonitorStackProps): ISecret | undefined {
    if (tokenSecretArn === undefined) return undefined;
    return Secret.fromSecretAttributes(this, 'ExistingToken', {
      secretCompleteArn: tokenSecretArn,
      encryptionKey:
        tokenSecretKeyArn === undefined
          ? undefined
          : Key.fromKeyArn(this, 'ExistingTokenKey', tokenSecretKeyArn),
    });
  }

  #addOutputs({ alertEmails, slackWorkspaceId }: ParameterValues): void {
    const { tokenSecret, topic, dashboardUrl, function: monitorFunction } = this.monitor;
    const output = (id: string, description: string, value: string, condition?: CfnCondition) =>
      new CfnOutput(this, id, { description, value, condition });
    output(
      'SetTokenCommand',
      'Puts the API token into the secret, in bash or zsh: run it, paste the token, press Enter. The token is neither shown nor in a list of processes.',
      `read -rs TOKEN && printf %s "$TOKEN" | aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${tokenSecret.secretArn} --secret-string file:///dev/stdin; unset TOKEN`,
    );
    output(
      'SendTestCommand',
      'Sends one harmless message over every channel.',
      `aws lambda invoke --region ${Aws.REGION} --function-name ${monitorFunction.functionName} --cli-binary-format raw-in-base64-out --payload '{"test":true}' /dev/stdout`,
    );
    output(
      'TopicArn',
      'Where every message goes; subscribe what else should hear of it.',
      topic.topicArn,
    );
    output(
      'DashboardUrl',
      'Are events being metered, what is firing, is the monitor healthy?',
      dashboardUrl,
    );
    output(
      'FunctionName',
      'The function that runs every few minutes.',
      monitorFunction.functionName,
    );
    const nobody = new CfnCondition(this, 'NobodyIsTold', {
      expression: Fn.conditionAnd(
        ...[...alertEmails, slackWorkspaceId].map((value) => Fn.conditionEquals(value, '')),
      ),
    });
    output(
      'Warning',
      'What is missing.',
      'Nobody is told: set AlertEmail1, or SlackWorkspaceId and SlackChannelId, or subscribe to the topic.',
      nobody,
    );
  }
}
