import { type CfnCondition, CfnResource, Fn } from 'aws-cdk-lib';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createGiven } from './given.ts';
import { letAlarmsPublish } from './let-alarms-publish.ts';

interface EndpointTopicProps {
  readonly displayName: string;
  readonly protocol: 'email' | 'https';
  /** A token may be empty at deployment; then there is no topic. */
  readonly endpoint: string;
  /** Keeps messages that could not be delivered. */
  readonly deadLetterQueue: Queue;
}

/**
 * A topic with one subscriber. It shares no key, policy or subscription with the alert topic, because the alarms tell
 * people when these are broken.
 */
export class EndpointTopic extends Construct {
  readonly topic: Topic;
  /** The condition that there is a topic; `undefined`: always. */
  readonly given: CfnCondition | undefined;

  constructor(scope: Construct, id: string, props: EndpointTopicProps) {
    super(scope, id);
    const { displayName, protocol, endpoint, deadLetterQueue } = props;
    this.topic = new Topic(this, 'Topic', { displayName, enforceSSL: true });
    letAlarmsPublish(this.topic);
    new CfnSubscription(this, protocol === 'email' ? 'Email' : 'Endpoint', {
      topicArn: this.topic.topicArn,
      protocol,
      endpoint,
      redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    });
    this.given = createGiven(this, 'Given', endpoint);
    for (const resource of this.node.findAll().filter(CfnResource.isCfnResource)) {
      resource.cfnOptions.condition = this.given;
    }
  }

  /** @param value if there is a topic at deployment */
  either(value: string, otherwise: string): string {
    if (!this.given) return value;
    return Fn.conditionIf(this.given.logicalId, value, otherwise).toString();
  }
}
