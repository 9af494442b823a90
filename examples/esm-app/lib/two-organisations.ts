import { Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

/** Two organisations in Togai, each with a token and a monitor of its own. */
export class TwoOrganisationsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const europe = new UnmeteredEventsMonitor(this, 'Europe', {
      monitorName: 'billing-europe',
      tokenSecret: Secret.fromSecretNameV2(this, 'EuropeToken', 'togai/europe'),
      alertEmails: ['billing-europe@example.com'],
    });
    europe.addOutputs('Europe');
    const sandbox = new UnmeteredEventsMonitor(this, 'Sandbox', {
      monitorName: 'billing-sandbox',
      settings: { togaiBaseUrl: 'sandbox', thresholds: 'unmetered >= 100' },
      alertEmails: ['platform@example.com'],
    });
    sandbox.addOutputs('Sandbox');
  }
}
