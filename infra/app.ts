import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { MonitorStack } from './monitor-stack.ts';

/** Makes the stack from the context. It looks nothing up in AWS, so synthesis needs no account. */
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) || undefined;
new MonitorStack(app, 'UnmeteredEventsMonitor', {
  stackName: context('stackName'),
  tokenSecretArn: context('tokenSecretArn'),
  tokenSecretKeyArn: context('tokenSecretKeyArn'),
  memorySize: memoryOf(context('memorySize')),
});

function memoryOf(text = '512'): number {
  const megabytes = Number(text);
  // Source: AWS, Lambda quotas.
  if (Number.isInteger(megabytes) && megabytes >= 128 && megabytes <= 10_240) return megabytes;
  throw new Error(`-c memorySize=${text}: write whole megabytes from 128 to 10240`);
}

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
