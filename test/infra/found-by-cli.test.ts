import { expect, test } from 'vitest';
import { findMonitor } from '../../cli/aws/find-monitor.ts';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { type StackResource, startStacks } from '../support/aws-stack.ts';
import { surroundings } from '../support/cli.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { standardTemplate } from './synthesized.ts';
import { synthesizeTheirs } from './their-app.ts';

/** The resources of a template, as a deployment names them. */
function deployed({ Resources }: CfnTemplate): StackResource[] {
  return Object.entries(Resources).map(([logicalId, { Type }]) => ({
    type: Type,
    logicalId,
    name: `${Type}-in-aws`,
  }));
}

const theirs = (id: string) =>
  synthesizeTheirs((stack) => {
    new UnmeteredEventsMonitor(stack, id, {});
  });

test.each([
  ['in the stack of this project', () => standardTemplate()],
  ['in a larger stack, as a construct of another name', () => theirs('Billing')],
  ['in a larger stack, as a construct whose name ends like ours', () => theirs('TogaiMonitor')],
])('the command line finds the function and the table %s', async (_, templateOf) => {
  const aws = await startStacks();
  aws.stacks.Deployed = deployed(templateOf());
  expect(await findMonitor('Deployed', surroundings())).toEqual({
    stack: 'Deployed',
    functionName: 'AWS::Lambda::Function-in-aws',
    tableName: 'AWS::DynamoDB::Table-in-aws',
  });
});
