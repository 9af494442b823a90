import { Aws, CfnParameter } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { MonitorStack } from '../../infra/monitor-stack.ts';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { TEAMS } from './parameter-values.ts';
import { resourcesOf } from './synthesized.ts';
import { type Props, synthesizeMonitor, synthesizeTheirs } from './their-app.ts';

/** The longest list of rules that fits into the parameter. */

const refuse = (props: Props, reason: RegExp) =>
  expect(() => synthesizeMonitor(props)).toThrow(reason);

describe('addresses that are known at synthesis', () => {
  test.each([
    'oncall',
    'a@b',
    'a@example.com, b@example.com',
    'a b@example.com',
    'a..b@example.com',
    ' oncall@example.com',
    `${'a'.repeat(250)}@example.com`,
  ])('are refused where none can be mailed to: "%s"', (address) => {
    refuse({ alertEmails: ['first@example.com', address] }, /alertEmails.*email/is);
  });

  test('are refused where one is written twice: SNS takes an address once', () => {
    const alertEmails = ['a@example.com', 'b@example.com', 'a@example.com'];
    refuse({ alertEmails }, /alertEmails.*a@example\.com.*(twice|once)/is);
  });

  test.each([["o'brien@example.com"], ['oncall@xn--e1afmkfd.xn--p1ai']])('may be %s', (address) => {
    const template = synthesizeMonitor({ alertEmails: [address, 'b@example.com'] });
    expect(resourcesOf(template, 'AWS::SNS::Subscription')).toHaveLength(2);
  });

  test('subscribe nobody where they are empty, or are refused', () => {
    const attempt = () => synthesizeMonitor({ alertEmails: ['', 'b@example.com'] });
    let endpoints: unknown[] = ['b@example.com'];
    try {
      const subscriptions = resourcesOf(attempt(), 'AWS::SNS::Subscription');
      endpoints = subscriptions.map(({ Properties }) => Properties.Endpoint);
    } catch (error) {
      expect((error as Error).message).toMatch(/alertEmails/);
    }
    expect(endpoints).toEqual(['b@example.com']);
  });

  test('do not keep tokens from being addresses', () => {
    const template = synthesizeTheirs((stack) => {
      const { valueAsString } = new CfnParameter(stack, 'Address');
      const alertEmails = ['a@example.com', valueAsString];
      new UnmeteredEventsMonitor(stack, 'Monitor', { alertEmails });
    });
    expect(resourcesOf(template, 'AWS::SNS::Subscription')).toHaveLength(2);
  });
});

describe('a Slack channel that is known at synthesis', () => {
  test.each([
    ['without its channel', { workspaceId: 'T012ABCDEFG', channelId: '' }],
    ['without its workspace', { workspaceId: '', channelId: 'C012ABCDEFG' }],
    ['by the name of the workspace', { workspaceId: 'my workspace', channelId: 'C012ABCDEFG' }],
    ['by the name of the channel', { workspaceId: 'T012ABCDEFG', channelId: '#alerts' }],
    ['with both swapped', { workspaceId: 'C012ABCDEFG', channelId: 'T012ABCDEFG' }],
    ['in small letters', { workspaceId: 't012abcdefg', channelId: 'C012ABCDEFG' }],
  ])('is refused %s', (_, slack) => {
    refuse({ slack }, /slack/i);
  });

  test('that is empty is none, or refused', () => {
    const attempt = () => synthesizeMonitor({ slack: { workspaceId: '', channelId: '' } });
    let channels: unknown[] = [];
    try {
      channels = resourcesOf(attempt(), 'AWS::Chatbot::SlackChannelConfiguration');
    } catch (error) {
      expect((error as Error).message).toMatch(/slack/i);
    }
    expect(channels).toEqual([]);
  });
});

describe('a channel of Teams that is known at synthesis', () => {
  const teams = {
    tenantId: TEAMS.TeamsTenantId,
    teamId: TEAMS.TeamsTeamId,
    channelId: TEAMS.TeamsChannelId,
  };

  test.each([
    ['without its tenant', { ...teams, tenantId: '' }],
    ['without its team', { ...teams, teamId: '' }],
    ['without its channel', { ...teams, channelId: '' }],
    ['by the name of the team', { ...teams, teamId: 'Billing' }],
    ['by the name of the channel', { ...teams, channelId: 'General' }],
  ])('is refused %s', (_, wrong) => {
    refuse({ teams: wrong }, /^teams/);
  });
});

describe('a name that is known at synthesis', () => {
  // Source: CloudWatch API reference, "PutDashboard": A-Z, a-z, 0-9, "-" and "_".
  test.each(['', 'My monitor', 'billing/prod', 'prod:eu', 'überwachung', 'two\nlines', 'a.b'])(
    'is refused where CloudWatch takes no dashboard of it: "%s"',
    (monitorName) => {
      refuse({ monitorName }, /monitorName/);
    },
  );

  test('is refused where an alarm would have a name of more than 255 characters', () => {
    refuse({ monitorName: 'a'.repeat(256) }, /monitorName/);
  });

  test.each([100, 150, 200, 240])(
    'of %i characters is refused, or fits wherever it is written',
    (length) => {
      const fitting = { alarm: 255, dashboard: 255, description: 256 };
      const found = { alarm: 0, dashboard: 0, description: 0 };
      try {
        const template = synthesizeMonitor({ monitorName: 'a'.repeat(length) });
        const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
        const [monitor] = resourcesOf(template, 'AWS::Lambda::Function');
        const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
        found.alarm = Math.max(...alarms.map(({ Properties }) => Properties.AlarmName.length));
        const [, parts] = dashboard.Properties.DashboardName['Fn::Join'];
        const longestRegion = 'ap-southeast-1';
        found.dashboard = parts
          .map((part: unknown) => (typeof part === 'string' ? part : longestRegion))
          .join('').length;
        // Source: Lambda API reference, "CreateFunction".
        found.description = monitor.Properties.Description.length;
      } catch (error) {
        expect((error as Error).message).toMatch(/monitorName/);
      }
      for (const key of ['alarm', 'dashboard', 'description'] as const) {
        expect(found[key], key).toBeLessThanOrEqual(fitting[key]);
      }
    },
  );

  test.each([
    ['billing-prod_2', 'billing-prod_2'],
    ['A', 'A'],
    ['a token', Aws.STACK_NAME],
  ])('may be %s', (_, monitorName) => {
    expect(() => synthesizeMonitor({ monitorName })).not.toThrow();
  });
});

describe('memory', () => {
  test.each([64, 127, 0, -1, 512.5, 10_241, Number.NaN])(
    'of %f MB is refused, which Lambda would do only at deployment',
    (memorySize) => {
      refuse({ memorySize }, /memorySize.*128.*10[_,]?240/is);
      const ownStack = () =>
        synthesizeTheirs((stack) => {
          new MonitorStack(stack.node.root, 'Own', { memorySize });
        });
      expect(ownStack).toThrow(/memorySize/);
    },
  );

  test.each([128, 10_240])('of %i MB is taken', (memorySize) => {
    expect(() => synthesizeMonitor({ memorySize })).not.toThrow();
  });
});

describe('settings that are known at synthesis', () => {
  test.each([
    [
      'a rule that is written twice',
      { thresholds: 'unmetered >= 10, unmetered >= 10' },
      /Thresholds: .*twice/,
    ],
    [
      'more ignored schemas than Togai metrics take',
      { counting: 'metrics', ignoredSchemas: 'a, b, c, d' },
      /IgnoredSchemas: 4 schemas/,
    ],
    [
      'more text than the function has room for',
      { ignoredAccounts: Array.from({ length: 900 }, (_, index) => `acct-${index}`).join() },
      /IgnoredAccounts: .*500/,
    ],
    [
      'a link of more than 250 characters',
      { runbookUrl: `https://example.com/${'a'.repeat(300)}` },
      /RunbookUrl: .*250/,
    ],
    ['a line break in a name', { ignoredAccounts: 'ac\nme' }, /IgnoredAccounts: /],
    ['30 February', { ignoredAccounts: 'x@2027-02-30' }, /IgnoredAccounts: /],
  ])('are refused: %s', (_, settings, reason) => {
    refuse({ settings }, reason);
  });

  test('may be an https address, which no parameter may', () => {
    const settings = { togaiBaseUrl: 'https://togai.example.com' };
    expect(() => synthesizeMonitor({ settings })).not.toThrow();
  });
});
