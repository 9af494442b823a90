import { Stack, type StackProps } from 'aws-cdk-lib';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

/** A queue that gets every message as JSON, beside the people who get emails. */
export class TopicToQueueStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const monitor = new UnmeteredEventsMonitor(this, 'Monitor', {
      alertEmails: ['oncall@example.com'],
    });
    const messages = new Queue(this, 'Messages', { enforceSSL: true });
    monitor.topic.addSubscription(new SqsSubscription(messages));
  }
}
