import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { DEFAULT_STACK } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { MonitorStack } from './monitor-stack.ts';

/** Makes the stack from the context. It looks nothing up in AWS, so synthesis needs no account. */
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) || undefined;
new MonitorStack(app, DEFAULT_STACK, {
  stackName: context('stackName'),
  tokenSecretArn: context('tokenSecretArn'),
  tokenSecretKeyArn: context('tokenSecretKeyArn'),
  memorySize: numberOf(context('memorySize')),
  // The CDK gives the region of the profile that deploys.
  chats: !/^(cn|us-gov)-/.test(process.env.CDK_DEFAULT_REGION ?? ''),
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
