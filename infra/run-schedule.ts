import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { inlinePolicies } from './policies-from-permissions.ts';
import type { RunInterval } from './run-interval.ts';

interface RunScheduleProps {
  readonly monitorName: string;
  readonly function: LambdaFunction;
  readonly interval: RunInterval;
  readonly maxEventAge: Duration;
  /** Keeps runs that Lambda did not accept. */
  readonly deadLetterQueue: Queue;
}

/** Starts the function once an interval, with the scheduled time of the run as its payload. */
export function createRunSchedule(scope: Construct, props: RunScheduleProps): Schedule {
  const { monitorName, interval, maxEventAge, deadLetterQueue } = props;
  return new Schedule(scope, 'Schedule', {
    description: `${monitorName}: a run every few minutes`,
    schedule: ScheduleExpression.expression(interval.rate),
    target: new LambdaInvoke(props.function, {
      // All permissions are in the role already; the CDK would repeat them in a second policy.
      role: createScheduleRole(scope, props).withoutPolicyUpdates(),
      input: ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime }),
      // Two retries bridge a short failure of Lambda within the age of an event.
      retryAttempts: 2,
      maxEventAge,
      deadLetterQueue,
    }),
  });
}

function createScheduleRole(
  scope: Construct,
  { monitorName, function: started, deadLetterQueue }: RunScheduleProps,
): Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return new Role(scope, 'SchedulerRole', {
    description: `${monitorName}: permissions of the schedule`,
    // Only schedules of this account may take the role.
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group },
      },
    }),
    inlinePolicies: inlinePolicies({
      start: {
        actions: ['lambda:InvokeFunction'],
        resources: [started.functionArn],
      },
      keepWhatDidNotStart: {
        actions: ['sqs:SendMessage'],
        resources: [deadLetterQueue.queueArn],
      },
    }),
  });
}
