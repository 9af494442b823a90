import { PAGER_TOPIC_VARIABLE } from '../functions/monitor/settings/shared-with-stack.ts';
import type { EndpointTopic } from './endpoint-topic.ts';
import type { OptionalChannel } from './optional-channel.ts';

/** The topic of a pager as a channel. */
export function pagerChannel(pager: EndpointTopic): OptionalChannel {
  return {
    environment: { [PAGER_TOPIC_VARIABLE]: pager.either(pager.topic.topicName, '') },
    permissionName: 'page',
    permission: {
      actions: ['sns:GetTopicAttributes', 'sns:Publish'],
      resources: [pager.topic.topicArn],
    },
    given: pager.given,
  };
}
