import { InvalidParameterException, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { InvalidMessageError } from '../../errors.ts';
import type { Channel } from '../../ports.ts';
import type { RenderedMessage } from '../formats/message.ts';

/** SNS: 256 KiB for the whole envelope. */
const MAX_BYTES = 256 * 1024;

/** One message to an SNS topic, with a body of its own for each kind of subscriber. */
export function createSnsChannel(client: SNSClient, topicArn: string): Channel {
  return {
    name: 'sns',
    async publish(message, signal) {
      const body = JSON.stringify(bodiesOf(message));
      if (Buffer.byteLength(body) > MAX_BYTES) {
        throw new InvalidMessageError(`message ${message.id} is larger than SNS takes`);
      }
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: message.subject,
            MessageStructure: 'json',
            Message: body,
            MessageAttributes: Object.fromEntries(
              Object.entries(message.attributes).map(([name, value]) => [
                name,
                { DataType: 'String', StringValue: value },
              ]),
            ),
          }),
          { abortSignal: signal },
        );
      } catch (error) {
        if (!(error instanceof InvalidParameterException)) throw error;
        throw new InvalidMessageError(`SNS refuses message ${message.id}: ${error.message}`, {
          cause: error,
        });
      }
    },
  };
}

/** Amazon Q Developer in chat applications subscribes over `https`. */
function bodiesOf({ email, chat, json, sms }: RenderedMessage): Record<string, string> {
  return {
    default: email,
    email,
    https: chat,
    sms,
    http: json,
    sqs: json,
    lambda: json,
    'email-json': json,
  };
}
