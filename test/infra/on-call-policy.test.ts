import { describe, expect, test } from 'vitest';
import { readPayload } from '../../functions/monitor/on-call/payload.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { standardTemplate } from './synthesized.ts';

const TYPE = 'AWS::IAM::ManagedPolicy';
const deployed = (wanted: string) =>
  new ConditionalDeployment(standardTemplate(), { OnCallPolicy: wanted });

describe('the policy for people on call', () => {
  test('is none by default', () => {
    const deployment = new ConditionalDeployment(standardTemplate());
    expect(deployment.made(TYPE)).toEqual([]);
    expect(deployment.outputs()).not.toHaveProperty('OnCallPolicyArn');
  });

  test('lets them ask this function, find it by the name of this stack, and nothing else', () => {
    const deployment = deployed('yes');
    const [id = '', ...others] = deployment.made(TYPE);
    const { PolicyDocument, ...attached } = deployment.properties(id);
    const lines = PolicyDocument.Statement.map(
      ({ Effect, Action, Resource }: Record<string, string>) =>
        `${Effect} ${Action} on ${deployment.text(Resource)}`,
    );
    const [monitor] = deployment.made('AWS::Lambda::Function');
    expect(lines).toEqual([
      `Allow lambda:InvokeFunction on <${monitor}.Arn>`,
      'Allow cloudformation:ListStackResources on arn:aws:cloudformation:eu-central-1:123456789012:stack/UnmeteredEventsMonitor/*',
    ]);
    expect(others).toEqual([]);
    expect(Object.keys(attached)).not.toContain('Roles');
    expect(deployment.outputs().OnCallPolicyArn).toBe(`<${id}>`);
  });
});

describe('a command of the outputs asks the function of this stack', () => {
  const payloadOf = (output: string): unknown => {
    const command = deployed('no').outputs()[output] ?? '';
    const [, payload = ''] =
      /^aws lambda invoke --region eu-central-1 --function-name <\w+> --cli-binary-format raw-in-base64-out --payload '([^']*)' \/dev\/stdout$/.exec(
        command,
      ) ?? [];
    return JSON.parse(payload);
  };

  test.each([
    ['SendTestCommand', { kind: 'test' }],
    ['StatusCommand', { kind: 'status' }],
    ['SilenceCommand', { kind: 'silence', request: { scope: { account: 'ACCOUNT' } } }],
  ])('%s, with a payload that it knows', (output, asked) => {
    expect(readPayload(payloadOf(output))).toMatchObject(asked);
  });
});
