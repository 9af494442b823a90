import { Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

/** Critical incidents go to a pager, whose address is in a secret. */
export class SecretPagerStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const pager = Secret.fromSecretNameV2(this, 'PagerAddress', 'pager-address');
    new UnmeteredEventsMonitor(this, 'Monitor', { pagerEndpoint: pager.secretValue });
  }
}
