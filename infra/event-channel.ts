import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { EVENT_BUS_VARIABLE } from '../functions/monitor/settings/shared-with-stack.ts';
import { createGiven } from './given.ts';
import type { OptionalChannel } from './optional-channel.ts';

/**
 * The EventBridge bus as a channel.
 *
 * @param bus a bus, or the name of one of this account and region. A token of a name may be empty at deployment
 */
export function createEventChannel(scope: Construct, bus: string | IEventBus): OptionalChannel {
  const isName = typeof bus === 'string';
  const name = isName ? bus : bus.eventBusName;
  const busArn = isName
    ? Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: name })
    : bus.eventBusArn;
  return {
    environment: { [EVENT_BUS_VARIABLE]: name },
    permissionName: 'putEvents',
    permission: { actions: ['events:PutEvents'], resources: [busArn] },
    // The name of a bus that the app makes is a token as well, and never empty.
    given: isName ? createGiven(scope, 'EventBusGiven', name) : undefined,
  };
}
