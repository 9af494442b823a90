import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Subscriptions } from '../../ports.ts';

interface TopicOfStack {
  readonly topicArn: string;
  /** How many subscriptions the stack was deployed with. */
  readonly configured: number;
}

/** The subscriptions of SNS topics. One that was made by hand on one topic makes up for none that is missing on another. */
export function createSnsSubscriptions(
  client: SNSClient,
  topics: readonly TopicOfStack[],
): Subscriptions {
  const watched = topics.filter(({ configured }) => configured > 0);
  return {
    configured: watched.reduce((sum, { configured }) => sum + configured, 0),
    async countConfirmed(signal) {
      const counts = await Promise.all(
        watched.map(async ({ topicArn, configured }) =>
          Math.min(configured, await countOf(client, topicArn, signal)),
        ),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

async function countOf(client: SNSClient, topicArn: string, signal: AbortSignal): Promise<number> {
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }), {
    abortSignal: signal,
  });
  const confirmed = Attributes?.SubscriptionsConfirmed;
  if (confirmed !== undefined && /^\d+$/.test(confirmed)) return Number(confirmed);
  throw new Error('the answer to sns:GetTopicAttributes has no number SubscriptionsConfirmed');
}
