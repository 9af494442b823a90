import { App, CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { emptyFolder } from '../support/folder.ts';
import { standardTemplate, UNBUNDLED, UNCHECKED } from './synthesized.ts';
import type { Props } from './their-app.ts';

/** Their flag is that of a new app. It refuses secrets in properties that can be read. */
const CONTEXT = { ...UNBUNDLED, '@aws-cdk/core:checkSecretUsage': true };

const newStack = () =>
  new Stack(new App({ ...UNCHECKED, context: CONTEXT, outdir: emptyFolder() }), 'Theirs');

/** A stack with a monitor. @param propsIn its properties, which may need resources of the stack */
function stackWith(propsIn: (stack: Stack) => Props): Stack {
  const stack = newStack();
  new UnmeteredEventsMonitor(stack, 'Monitor', propsIn(stack));
  return stack;
}

const warningsOf = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data).replace(/ \[ack: .*\]$/, ''));

const NOBODY = 'Nobody is notified: give alertEmails or another channel, or subscribe to the topic';
const ADDRESS = 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue';

describe('outputs that an app asks for', () => {
  const { OnCallPolicyArn: _, Warning: __, ...ofProject } = standardTemplate().Outputs;
  const names = Object.keys(ofProject);

  test('have the names of the stack of this project', () => {
    const stack = newStack();
    new UnmeteredEventsMonitor(stack, 'Monitor').addOutputs();
    expect(Object.keys(Template.fromStack(stack).findOutputs('*'))).toEqual(names);
  });

  test('have a prefix for each of two monitors', () => {
    const stack = newStack();
    for (const name of ['Europe', 'Sandbox']) {
      new UnmeteredEventsMonitor(stack, name, { monitorName: name }).addOutputs(name);
    }
    expect(Object.keys(Template.fromStack(stack).findOutputs('*'))).toEqual(
      ['Europe', 'Sandbox'].flatMap((prefix) => names.map((name) => `${prefix}${name}`)),
    );
  });
});

describe('synthesis warns that nobody is notified', () => {
  test.each<[string, Props]>([
    ['by a monitor without properties', {}],
    ['where only the alarms of the monitor have an address', { alarmEmail: 'ops@example.com' }],
  ])('%s', (_, props) => {
    expect(warningsOf(stackWith(() => props))).toEqual([NOBODY]);
  });

  test.each<[string, (stack: Stack) => Props]>([
    ['an email address', () => ({ alertEmails: ['oncall@example.com'] })],
    ['a chat', () => ({ slack: { workspaceId: 'T1', channelId: 'C1' } })],
    ['a pager', () => ({ pagerEndpoint: SecretValue.secretsManager('pager') })],
    ['a bus', (stack) => ({ eventBus: EventBus.fromEventBusName(stack, 'Bus', 'default') })],
    [
      'a topic, whose subscribers it cannot see',
      (stack) => ({ topic: new Topic(stack, 'Topic', { enforceSSL: true }) }),
    ],
  ])('but not with %s', (_, propsIn) => {
    expect(warningsOf(stackWith(propsIn))).not.toContain(NOBODY);
  });

  test('but not where the app subscribes to the topic later', () => {
    const stack = newStack();
    const { topic } = new UnmeteredEventsMonitor(stack, 'Monitor');
    topic.addSubscription(new EmailSubscription('oncall@example.com'));
    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('the address of a pager', () => {
  const endpointsOf = (stack: Stack) =>
    Object.values(Template.fromStack(stack).findResources('AWS::SNS::Subscription')).map(
      ({ Properties, Condition }) => [JSON.stringify(Properties.Endpoint), Condition],
    );

  test('may be a secret, which CloudFormation reads at deployment', () => {
    const stack = stackWith((scope) => ({
      pagerEndpoint: Secret.fromSecretNameV2(scope, 'Pager', 'pager-address').secretValue,
    }));
    expect(warningsOf(stack)).toEqual([]);
    expect(endpointsOf(stack)).toEqual([
      [
        expect.stringMatching(/\{\{resolve:secretsmanager:.*pager-address.*SecretString/),
        undefined,
      ],
    ]);
  });

  test('may be the parameter of an app, which is empty where there is no pager', () => {
    const stack = stackWith((scope) => ({
      alertEmails: ['oncall@example.com'],
      pagerEndpoint: SecretValue.cfnParameter(new CfnParameter(scope, 'Pager', { noEcho: true })),
    }));
    expect(endpointsOf(stack)).toContainEqual(['{"Ref":"Pager"}', expect.any(String)]);
  });

  test('is warned about where the template would show it, and the warning does not show it', () => {
    const [warning, ...others] = warningsOf(stackWith(() => ({ pagerEndpoint: ADDRESS })));
    expect(others).toEqual([]);
    expect(warning).toMatch(/^pagerEndpoint: the address is readable in the template/);
    expect(warning).not.toContain('pagerduty');
  });
});
