import { EventBus, type IEventBus, type IRuleTarget, Match, Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  EVENT_BUS_VARIABLE,
  EVENT_SOURCE,
} from '../functions/monitor/settings/names-shared-with-stack.ts';
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
    permission: {
      actions: ['events:PutEvents'],
      resources: [eventBusArn],
      // Other rules of the bus may trust the events of other sources.
      conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
    },
    given: createGiven(scope, 'EventBusGiven', eventBusName),
  };
}

interface BusProps {
  readonly eventBus?: IEventBus | undefined;
  readonly onIncident?: IRuleTarget | undefined;
}

/** The bus that messages go to. A target without a bus gets them over that of the account. */
export function busOf(scope: Construct, { eventBus, onIncident }: BusProps): IEventBus | undefined {
  if (eventBus || !onIncident) return eventBus;
  return EventBus.fromEventBusName(scope, 'DefaultBus', 'default');
}

/** Brings each message about an incident of one monitor to a target. */
export function createIncidentRule(
  scope: Construct,
  eventBus: IEventBus,
  { functionArn }: IFunction,
  target: IRuleTarget,
): void {
  new Rule(scope, 'OnIncident', {
    description: 'Messages about incidents of usage events, and of the monitor itself',
    eventBus,
    eventPattern: {
      source: [EVENT_SOURCE],
      resources: [functionArn],
      detailType: Match.prefix('Incident '),
    },
    targets: [target],
  });
}
