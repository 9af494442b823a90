import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { type Props, synthesizeTheirs } from './their-app.ts';

/** Two monitors in one stack; `undefined` where synthesis refuses them, which names the property to write. */
function attempt(first: Props, second: Props): CfnTemplate | undefined {
  try {
    return synthesizeTheirs((stack) => {
      new UnmeteredEventsMonitor(stack, 'First', first);
      new UnmeteredEventsMonitor(stack, 'Second', second);
    });
  } catch (error) {
    expect((error as Error).message).toMatch(/monitorName/);
    return undefined;
  }
}

const valuesOf = (template: CfnTemplate, type: string, property: string): string[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => JSON.stringify(Properties[property]));

const servicesOf = (template: CfnTemplate): string[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) =>
      JSON.stringify(Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME),
    );

const PAIRS: readonly [string, Props, Props][] = [
  ['without names', {}, {}],
  ['with one name for both', { monitorName: 'billing' }, { monitorName: 'billing' }],
  ['with a name for one of them', { monitorName: 'billing' }, {}],
  ['with a name for each', { monitorName: 'production' }, { monitorName: 'sandbox' }],
];

describe.each(PAIRS)(
  'two monitors in one stack, %s, work or are refused at synthesis:',
  (_, first, second) => {
    let tried: { readonly template: CfnTemplate | undefined } | undefined;
    const valuesIn = (read: (template: CfnTemplate) => string[]): string[] => {
      tried ??= { template: attempt(first, second) };
      return tried.template ? read(tried.template) : [];
    };

    test('no alarm takes the name of another one', () => {
      const names = valuesIn((made) => valuesOf(made, 'AWS::CloudWatch::Alarm', 'AlarmName'));
      expect(names).toEqual([...new Set(names)]);
    });

    test('no dashboard takes the name of another one', () => {
      const type = 'AWS::CloudWatch::Dashboard';
      const names = valuesIn((made) => valuesOf(made, type, 'DashboardName'));
      expect(names).toEqual([...new Set(names)]);
    });

    test('neither counts into the metrics of the other one', () => {
      const services = valuesIn(servicesOf);
      expect(services).toEqual([...new Set(services)]);
    });
  },
);

test('two monitors with a name each are not refused', () => {
  expect(attempt({ monitorName: 'production' }, { monitorName: 'sandbox' })).toBeDefined();
});

test('two monitors in one stack have no two conditions that say the same', () => {
  const made = attempt({ monitorName: 'production' }, { monitorName: 'sandbox' });
  const conditions = Object.values(made?.Conditions ?? {}).map((each) => JSON.stringify(each));
  expect(conditions).toHaveLength(2);
  expect(conditions).toEqual([...new Set(conditions)]);
});

test('two monitors in two stacks need no names', () => {
  expect(() =>
    synthesizeTheirs((stack) => {
      new UnmeteredEventsMonitor(stack, 'Monitor');
      new UnmeteredEventsMonitor(new Stack(stack.node.root, 'Others'), 'Monitor');
    }),
  ).not.toThrow();
});
