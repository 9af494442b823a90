import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { TEAMS } from './parameter-values.ts';
import { queueNamed, resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();

describe('the recipient', () => {
  const subscribed = (given: Record<string, string>) => {
    const deployment = new Deployment(template, given);
    return deployment
      .made('AWS::SNS::Subscription')
      .map((id) => deployment.text(template.Resources[id].Properties.Endpoint));
  };

  test('is nobody by default, and an output says so', () => {
    const deployment = new Deployment(template);
    expect(subscribed({})).toEqual([]);
    expect(deployment.made('AWS::Chatbot::SlackChannelConfiguration')).toEqual([]);
    expect(deployment.made('AWS::Chatbot::MicrosoftTeamsChannelConfiguration')).toEqual([]);
    expect(deployment.made('AWS::IAM::Role')).toHaveLength(2);
    expect(deployment.outputs().Warning).toMatch(/^Nobody is notified: set AlertEmail1/);
  });

  test.each([1, 2, 3, 4, 5])('is the address of AlertEmail%i, and nobody else', (slot) => {
    const given = { [`AlertEmail${slot}`]: 'oncall@example.com' };
    expect(subscribed(given)).toEqual(['oncall@example.com']);
    expect(new Deployment(template, given).outputs()).not.toHaveProperty('Warning');
  });

  test('is the Slack channel that the parameters name', () => {
    const deployment = new Deployment(template, { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' });
    const [id = ''] = deployment.made('AWS::Chatbot::SlackChannelConfiguration');
    const { SnsTopicArns, SlackWorkspaceId, SlackChannelId } = template.Resources[id].Properties;
    expect(deployment.text(SlackWorkspaceId)).toBe('T1');
    expect(deployment.text(SlackChannelId)).toBe('C1');
    expect(SnsTopicArns).toEqual([{ Ref: deployment.made('AWS::SNS::Topic')[0] }]);
    expect(deployment.outputs()).not.toHaveProperty('Warning');
  });

  test('is the channel of Teams that the parameters name', () => {
    const deployment = new Deployment(template, TEAMS);
    const [id = ''] = deployment.made('AWS::Chatbot::MicrosoftTeamsChannelConfiguration');
    const { SnsTopicArns, ...properties } = template.Resources[id].Properties;
    expect(deployment.text(properties.TeamsTenantId)).toBe(TEAMS.TeamsTenantId);
    expect(deployment.text(properties.TeamId)).toBe(TEAMS.TeamsTeamId);
    expect(deployment.text(properties.TeamsChannelId)).toBe(TEAMS.TeamsChannelId);
    expect(SnsTopicArns).toEqual([{ Ref: deployment.made('AWS::SNS::Topic')[0] }]);
    expect(deployment.outputs()).not.toHaveProperty('Warning');
  });

  test('loses no email, because a queue keeps those that cannot be delivered', () => {
    const queue = queueNamed(template, 'DeadLetters');
    for (const { Properties } of resourcesOf(template, 'AWS::SNS::Subscription')) {
      expect(Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      });
    }
  });
});
