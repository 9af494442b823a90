import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { template } from './accepted-values.ts';

describe('a rule over several parameters', () => {
  const broken = (given: Record<string, string>) => new Deployment(template, given).brokenRules();

  test.each([
    ['nothing at all', {}],
    ['a workspace and a channel', { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' }],
    ['windows of an hour, counting by metrics', { Counting: 'metrics', WindowMinutes: '60' }],
    ['windows of half an hour, counting events', { WindowMinutes: '30', IgnoredSchemas: 'a' }],
    ['several addresses', { AlertEmail1: 'a@example.com', AlertEmail4: 'b@example.com' }],
  ])('accepts %s', (_, given) => {
    expect(broken(given)).toEqual([]);
  });

  test.each([
    ['a workspace without a channel', { SlackWorkspaceId: 'T1' }, /both SlackWorkspaceId and/],
    ['a channel without a workspace', { SlackChannelId: 'C1' }, /both SlackWorkspaceId and/],
    [
      'windows shorter than an hour, counting by metrics',
      { Counting: 'metrics', WindowMinutes: '30' },
      /WindowMinutes of 60 or more/,
    ],
    [
      'ignored schemas, counting by metrics',
      { Counting: 'metrics', IgnoredSchemas: 'api_call' },
      /clear IgnoredSchemas/,
    ],
    [
      'an address that is written twice',
      { AlertEmail2: 'a@example.com', AlertEmail5: 'a@example.com' },
      /each email address once/,
    ],
  ])('refuses %s', (_, given: Record<string, string>, reason) => {
    expect(broken(given)).toEqual([expect.stringMatching(reason)]);
  });
});
