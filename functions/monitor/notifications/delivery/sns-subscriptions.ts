import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Subscriptions } from '../../ports.ts';

/**
 * The subscriptions of an SNS topic.
 *
 * @param configured how many the stack was deployed with
 */
export function createSnsSubscriptions(
  client: SNSClient,
  topicArn: string,
  configured: number,
): Subscriptions {
  return {
    configured,
    async countConfirmed(signal) {
      const { Attributes } = await client.send(
        new GetTopicAttributesCommand({ TopicArn: topicArn }),
        { abortSignal: signal },
      );
      const confirmed = Attributes?.SubscriptionsConfirmed;
      if (confirmed !== undefined && /^\d+$/.test(confirmed)) return Number(confirmed);
      throw new Error('the answer to sns:GetTopicAttributes has no number SubscriptionsConfirmed');
    },
  };
}
