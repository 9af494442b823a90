import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { EVENT_BUS_VARIABLE } from '../functions/monitor/settings/shared-with-stack.ts';
import { createGiven } from './given.ts';
import type { OptionalChannel } from './optional-channel.ts';

/** An EventBridge bus as a channel. A token of its name may be empty at deployment. */
export function createEventChannel(
  scope: Construct,
  { eventBusName, eventBusArn }: IEventBus,
): OptionalChannel {
  return {
    environment: { [EVENT_BUS_VARIABLE]: eventBusName },
    permissionName: 'putEvents',
    permission: { actions: ['events:PutEvents'], resources: [eventBusArn] },
    given: createGiven(scope, 'EventBusGiven', eventBusName),
  };
}
