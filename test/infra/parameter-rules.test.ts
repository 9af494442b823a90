import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { template } from './accepted-values.ts';
import { TEAMS } from './parameter-values.ts';

const { TeamsTenantId, TeamsTeamId, TeamsChannelId } = TEAMS;

describe('a rule over several parameters', () => {
  const broken = (given: Record<string, string>) => new Deployment(template, given).brokenRules();

  test.each([
    ['nothing at all', {}],
    ['a whole channel of Teams', TEAMS],
    ['a workspace and a channel', { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' }],
    [
      'windows of half an hour and ignored schemas, where Togai counts',
      { Counting: 'metrics', WindowMinutes: '30', IgnoredSchemas: 'a' },
    ],
    ['several addresses', { AlertEmail1: 'a@example.com', AlertEmail4: 'b@example.com' }],
  ])('accepts %s', (_, given) => {
    expect(broken(given)).toEqual([]);
  });

  test.each([
    ['a workspace without a channel', { SlackWorkspaceId: 'T1' }, /both SlackWorkspaceId and/],
    ['a team without its tenant', { TeamsTeamId, TeamsChannelId }, /all of TeamsTenantId/],
    ['a team without a channel', { TeamsTenantId, TeamsTeamId }, /all of TeamsTenantId/],
    ['a channel without a workspace', { SlackChannelId: 'C1' }, /both SlackWorkspaceId and/],
    [
      'an address that is written twice',
      { AlertEmail2: 'a@example.com', AlertEmail5: 'a@example.com' },
      /each email address once/,
    ],
  ])('refuses %s', (_, given: Record<string, string>, reason) => {
    expect(broken(given)).toEqual([expect.stringMatching(reason)]);
  });
});
