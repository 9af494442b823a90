import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

/** A queue that gets the beginning and the end of every critical incident, for a ticket system to read. */
export class EventsToQueueStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const eventBus = EventBus.fromEventBusName(this, 'Bus', 'default');
    new UnmeteredEventsMonitor(this, 'Monitor', { eventBus });

    const tickets = new Queue(this, 'Tickets', { enforceSSL: true });
    new Rule(this, 'CriticalIncidents', {
      eventBus,
      eventPattern: {
        source: ['unmetered-events-monitor'],
        detail: { severity: ['critical'], kind: ['opened', 'escalated', 'resolved', 'closed'] },
      },
      targets: [new SqsQueue(tickets)],
    });
  }
}
