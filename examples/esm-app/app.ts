import { App } from 'aws-cdk-lib';
import { EventsToQueueStack } from './lib/events-to-queue.ts';
import { TwoOrganisationsStack } from './lib/two-organisations.ts';

const app = new App();
new TwoOrganisationsStack(app, 'BillingMonitors');
new EventsToQueueStack(app, 'BillingIncidents');
