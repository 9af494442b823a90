import { App } from 'aws-cdk-lib';
import { EventsToQueueStack } from './lib/events-to-queue.ts';
import { ExistingResourcesStack } from './lib/existing-resources.ts';
import { SecretPagerStack } from './lib/secret-pager.ts';
import { TopicToQueueStack } from './lib/topic-to-queue.ts';
import { TwoOrganisationsStack } from './lib/two-organisations.ts';

const app = new App();
new TwoOrganisationsStack(app, 'BillingMonitors');
new EventsToQueueStack(app, 'BillingIncidents');
new SecretPagerStack(app, 'BillingPager');
new TopicToQueueStack(app, 'BillingMessages');
new ExistingResourcesStack(app, 'BillingOnPlatform');
