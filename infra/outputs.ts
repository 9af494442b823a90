import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** The parts of a monitor that outputs name. */
interface MonitorParts {
  readonly setTokenCommand: string;
  readonly sendTestCommand: string;
  readonly silenceCommand: string;
  readonly statusCommand: string;
  readonly topic: ITopic;
  readonly dashboardUrl: string;
  readonly function: IFunction;
  readonly tokenSecret: ISecret;
  readonly logGroup: ILogGroup;
  readonly deadLetterQueue: IQueue;
  readonly crashedRunsQueue: IQueue;
}

/** Adds the outputs that the docs name to the stack of a monitor. @param prefix before each name, so that two monitors can have them */
export function createOutputs(monitor: Construct & MonitorParts, prefix: string): void {
  const stack = Stack.of(monitor);
  for (const [name, { value, description }] of Object.entries({
    ...commandsOf(monitor),
    ...resourcesOf(monitor),
  })) {
    new CfnOutput(stack, `${prefix}${name}`, { description, value });
  }
}

interface Output {
  readonly value: string;
  readonly description: string;
}

const commandsOf = (monitor: MonitorParts): Record<string, Output> => ({
  SetTokenCommand: {
    value: monitor.setTokenCommand,
    description:
      'Puts the API token into the secret, in bash or zsh: run it, paste the token, press Enter. The token is neither shown nor in a list of processes.',
  },
  SendTestCommand: {
    value: monitor.sendTestCommand,
    description: 'Sends one harmless message over every channel.',
  },
  SilenceCommand: {
    value: monitor.silenceCommand,
    description:
      'Keeps an account quiet, for instance from CloudShell: write the account, the time and your name. More in docs/runbook.md, "Quiet it".',
  },
  StatusCommand: {
    value: monitor.statusCommand,
    description: 'Says how the last run was, which incidents are open, and who is silenced.',
  },
});

const resourcesOf = (monitor: MonitorParts): Record<string, Output> => ({
  TopicArn: {
    value: monitor.topic.topicArn,
    description: 'The topic of every message; add your own subscriptions to it.',
  },
  DashboardUrl: {
    value: monitor.dashboardUrl,
    description: 'Which incidents are open, which events are not billed, does the monitor work?',
  },
  FunctionName: {
    value: monitor.function.functionName,
    description: 'The function that runs every few minutes.',
  },
  TokenSecretArn: {
    value: monitor.tokenSecret.secretArn,
    description: 'The secret with the API token.',
  },
  LogGroupName: {
    value: monitor.logGroup.logGroupName,
    description: 'The log group, with one line for each run.',
  },
  DeadLetterQueueUrl: {
    value: monitor.deadLetterQueue.queueUrl,
    description:
      'Runs that could not be started, and emails and pages that could not be delivered.',
  },
  CrashedRunsQueueUrl: {
    value: monitor.crashedRunsQueue.queueUrl,
    description: 'Runs that crashed, with the error.',
  },
});
