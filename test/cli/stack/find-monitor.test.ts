import { describe, expect, test } from 'vitest';
import { findMonitor } from '../../../cli/aws/find-monitor.ts';
import { MONITOR_RESOURCES, type StackResource, startStacks } from '../../support/aws-stack.ts';
import { surroundings } from '../../support/cli.ts';

const OTHERS: readonly StackResource[] = [
  { type: 'AWS::Lambda::Function', logicalId: 'OrdersFunction0123ABCD', name: 'orders' },
  { type: 'AWS::DynamoDB::Table', logicalId: 'OrdersTable0123ABCD', name: 'orders' },
];

describe('the monitor of a stack is found', () => {
  test('among other resources', async () => {
    const aws = await startStacks();
    aws.stacks.Larger = [...OTHERS, ...MONITOR_RESOURCES];
    expect(await findMonitor('Larger', surroundings())).toEqual({
      stack: 'Larger',
      functionName: 'the-function',
      tableName: 'the-table',
    });
  });

  test('without the resources that an update has removed', async () => {
    const aws = await startStacks();
    const removed = MONITOR_RESOURCES.map(({ type, logicalId }) => ({
      type,
      logicalId: logicalId.replace(/........$/, '00000000'),
      name: 'removed',
      status: 'DELETE_COMPLETE',
    }));
    aws.stacks.Old = [...removed, ...MONITOR_RESOURCES];
    expect(await findMonitor('Old', surroundings())).toEqual({
      stack: 'Old',
      functionName: 'the-function',
      tableName: 'the-table',
    });
  });
});

describe('a sentence says why there is none', () => {
  test('the stack does not exist', async () => {
    await startStacks();
    await expect(findMonitor('Typo', surroundings())).rejects.toThrow(
      'the stack Typo could not be read: Stack with id Typo does not exist',
    );
  });

  test('the stack is another one', async () => {
    const aws = await startStacks();
    aws.stacks.Orders = OTHERS;
    await expect(findMonitor('Orders', surroundings())).rejects.toThrow(
      'the stack Orders holds no monitor of this project',
    );
  });

  test('the stack holds several', async () => {
    const aws = await startStacks();
    const second = MONITOR_RESOURCES.map((resource) => ({
      ...resource,
      logicalId: resource.logicalId.replace('Monitor', 'EuropeMonitor'),
      name: `${resource.name}-2`,
    }));
    aws.stacks.Two = [...MONITOR_RESOURCES, ...second];
    await expect(findMonitor('Two', surroundings())).rejects.toThrow(
      'holds several monitors (the-function, the-function-2)',
    );
  });

  test('AWS refuses it', async () => {
    const aws = await startStacks();
    aws.refusal = 'AccessDenied';
    await expect(findMonitor('UnmeteredEventsMonitor', surroundings())).rejects.toThrow(
      /AWS refused it \(.*\); cloudformation:ListStackResources is needed/,
    );
  });
});
