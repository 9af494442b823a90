import { InvalidParameterException, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { InvalidMessageError } from '../../errors.ts';
import type { Channel } from '../../ports.ts';
import { alarmJson, alarmSubject, type PageOrigin } from '../formats/pager.ts';

/** The topic of a pager. Its messages look like those of a CloudWatch alarm. */
export function createPagerChannel(
  client: SNSClient,
  topicArn: string,
  monitorName: string,
): Channel {
  const [, partition = '', , region = '', accountId = ''] = topicArn.split(':');
  const origin: PageOrigin = { monitorName, partition, region, accountId };
  return {
    name: 'pager',
    criticalOnly: true,
    async publish({ id, pages }, signal) {
      for (const page of pages) {
        const command = new PublishCommand({
          TopicArn: topicArn,
          Subject: alarmSubject(page, origin),
          Message: alarmJson(page, origin),
        });
        try {
          await client.send(command, { abortSignal: signal });
        } catch (error) {
          if (!(error instanceof InvalidParameterException)) throw error;
          throw new InvalidMessageError(`SNS refuses page ${id}: ${error.message}`, {
            cause: error,
          });
        }
      }
    },
  };
}
