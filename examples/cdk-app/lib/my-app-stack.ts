import * as cdk from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

export class MyAppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const monitor = new UnmeteredEventsMonitor(this, 'Monitor', {
      alertEmails: ['oncall@example.com'],
      settings: { thresholds: 'unmetered >= 10, unmetered by account >= 50% critical' },
    });
    monitor.addOutputs();
  }
}
