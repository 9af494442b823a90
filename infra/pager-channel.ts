import { Annotations, type SecretValue, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PAGER_TOPIC_VARIABLE } from '../functions/monitor/settings/names-shared-with-stack.ts';
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

/** The address of a pager as a text. A literal one is warned about, because everybody who sees the template could page people. */
export function pagerAddress(
  scope: Construct,
  endpoint: string | SecretValue | undefined,
): string | undefined {
  const address = typeof endpoint === 'object' ? endpoint.unsafeUnwrap() : endpoint;
  if (address && !Token.isUnresolved(address)) {
    Annotations.of(scope).addWarningV2(
      'unmetered-events-monitor:pagerEndpointInTemplate',
      'pagerEndpoint: the address is readable in the template, and everybody who knows it can page people; give a secret, such as Secret.fromSecretNameV2(...).secretValue, or a parameter with NoEcho',
    );
  }
  return address;
}
