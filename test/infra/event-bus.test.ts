import { EventBus } from 'aws-cdk-lib/aws-events';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { standardTemplate } from './synthesized.ts';
import { synthesizeMonitor, synthesizeTheirs } from './their-app.ts';

/** The bus that the function puts events on, and the buses that it may put them on. */
function busOf(template: CfnTemplate, given: Readonly<Record<string, string>> = {}) {
  const deployment = new ConditionalDeployment(template, given);
  const [id = ''] = deployment.made('AWS::Lambda::Function');
  const role = deployment.properties(id).Role['Fn::GetAtt'][0];
  const allowed = deployment
    .made('AWS::IAM::RolePolicy')
    .map((policy) => deployment.properties(policy))
    .filter(({ RoleName }) => RoleName.Ref === role)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }: { Action: unknown }) => Action === 'events:PutEvents')
    .map(({ Resource }: { Resource: unknown }) => deployment.text(Resource));
  return { name: deployment.environment().EVENT_BUS ?? '', allowed };
}

describe('the event bus', () => {
  test('is none by default, and the function may put events nowhere', () => {
    expect(busOf(standardTemplate())).toEqual({ name: '', allowed: [] });
    expect(busOf(synthesizeMonitor())).toEqual({ name: '', allowed: [] });
  });

  test('is the one that the parameter names, and no other', () => {
    expect(busOf(standardTemplate(), { EventBus: 'billing' })).toEqual({
      name: 'billing',
      allowed: ['arn:aws:events:eu-central-1:123456789012:event-bus/billing'],
    });
  });

  test('is the one that an app makes, without a condition on its name', () => {
    const template = synthesizeTheirs((stack) => {
      const eventBus = new EventBus(stack, 'Bus');
      new UnmeteredEventsMonitor(stack, 'Monitor', { eventBus });
    });
    const [id] = new ConditionalDeployment(template).made('AWS::Events::EventBus');
    expect(busOf(template)).toEqual({ name: `<${id}>`, allowed: [`<${id}.Arn>`] });
    expect(JSON.stringify(template.Conditions)).not.toContain(id);
  });
});
