import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { readFunctionEnvironment } from '../../functions/monitor/settings/read-for-function.ts';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/table.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import { PARAMETER_GROUPS } from '../../infra/parameters.ts';
import { accepts, Deployment } from '../support/cloudformation.ts';
import { synthesize } from './synthesized.ts';

const { template } = synthesize();
const { Parameters } = template;

const takes = (name: string, value: string): boolean => {
  const definition = Parameters[name];
  if (!definition) throw new Error(`there is no parameter ${name}`);
  return accepts(definition, value);
};

const parses = (key: SettingKey, text: string): boolean => {
  try {
    SETTINGS[key].parse(text || SETTINGS[key].defaultText);
    return true;
  } catch (error) {
    if (error instanceof SettingError) return false;
    throw error;
  }
};

const email = {
  pass: ['', 'oncall@example.com', 'on.call+togai@eu.example.co.uk'],
  fail: [
    'oncall',
    'a@b',
    'a@example.com, b@example.com',
    'a b@example.com',
    '@example.com',
    `${'a'.repeat(250)}@example.com`,
  ],
};

/** Values of each parameter that CloudFormation has to let pass, and values that it has to refuse. */
const BOUNDS: Readonly<Record<string, { pass: string[]; fail: string[] }>> = {
  Thresholds: {
    pass: [
      SETTINGS.thresholds.defaultText,
      'unmetered >= 10',
      ' unmetered>=10 ,failed >=  10 for 10m critical',
      'total < 1 for 30m',
      'unmetered by schema > 0.5% critical',
      'INGESTION_FAILED_* >= 1',
      '* > 0',
      'INGESTION_COMPLETED_NO_MATCHING_METERS by account >= 100%',
      'metered < 100%',
      'in_progress >= 25 % for 1440m',
    ],
    fail: [
      '',
      ' ',
      'unmeterd >= 10',
      'unmetered',
      'unmetered => 10',
      'unmetered >= 10,',
      ',unmetered >= 10',
      'unmetered >= 10,,failed >= 1',
      'unmetered >= 10 failed >= 1',
      'unmetered >= 0',
      'unmetered < 0%',
      'unmetered >= 0.000%',
      'unmetered > 100%',
      'unmetered >= 101%',
      'unmetered >= 100.5%',
      'unmetered >= 1.5',
      'unmetered >= -1',
      'unmetered by account < 5',
      'unmetered by region >= 5',
      'unmeteredby account >= 5',
      'total >= 5%',
      'unmetered >= 10 for 0m',
      'unmetered >= 10 for 1441m',
      'unmetered >= 10 for 10',
      'unmetered >= 10 fatal',
      'INGESTION_COMPLETE >= 1',
      'unmetered ≥ 10',
      'unmetered >= 10; failed >= 1',
      `unmetered >= 10${', failed >= 10'.repeat(80)}`,
    ],
  },
  WindowMinutes: { pass: ['30', '60', '1440'], fail: ['', '45', '60.0', '0', 'an hour'] },
  MinimumEvents: { pass: ['1', '20', '1000000'], fail: ['', '0', '-1', '1000001', 'few'] },
  RepeatMinutes: { pass: ['0', '240', '10080'], fail: ['', '-1', '10081', '4h'] },
  SettleMinutes: { pass: ['0', '5', '60'], fail: ['', '-1', '61', '5m'] },
  MaxCatchUpHours: { pass: ['6', '24', '72'], fail: ['', '5.9', '73', '1d'] },
  MaxRequestsPerSecond: { pass: ['0.2', '2', '100'], fail: ['', '0.1', '0', '101', '2/s'] },
  RunEveryMinutes: { pass: ['5', '10', '15'], fail: ['', '1', '20', '5m', 'rate(5 minutes)'] },
  IgnoredAccounts: {
    pass: [
      '',
      'acme',
      'acme, bob@example.com',
      'acme@2027-01-31,b@example.com@2027-12-01',
      'acct#1 (test)',
    ],
    fail: [
      'acme@2027-13-01',
      'acme@2027-01-32',
      'acme@2027-1-99, bob',
      'acme@2027-00-10',
      'ac\nme',
      'ämter',
      'a'.repeat(501),
    ],
  },
  IgnoredSchemas: {
    pass: ['', 'api_calls', 'api_calls@2027-01-31'],
    fail: ['api_calls@2027-01-32', 'a\tb', 'a'.repeat(501)],
  },
  MuteUntil: {
    pass: ['', '2026-11-21T09:00', '2026-11-21T09:00:30.5Z', '2026-11-21T10:00+01:00'],
    fail: [
      '2026-11-21',
      '21.11.2026 09:00',
      '2026-13-01T09:00',
      '2026-11-32T09:00',
      '2026-11-21T24:00',
      '2026-11-21T09:60',
      'tomorrow',
      '2026-11-21T09:00 CET',
      ' ',
    ],
  },
  RunbookUrl: {
    pass: ['', 'https://wiki.example.com/runbooks/unmetered?page=1#top', 'http://runbook/'],
    fail: [
      'wiki.example.com',
      'ftp://example.com/',
      'https://',
      'https://a b',
      'https://example.com/<b>',
      "https://example.com/'",
      'https://example.com/|',
      'javascript:alert(1)',
      `https://example.com/${'a'.repeat(300)}`,
    ],
  },
  Counting: { pass: ['events', 'metrics'], fail: ['', 'Metrics', 'both'] },
  TogaiBaseUrl: {
    pass: ['production', 'sandbox'],
    fail: ['', 'staging', 'https://collector.example', 'http://127.0.0.1:8080'],
  },
  AlertEmail1: email,
  AlertEmail2: email,
  AlertEmail3: email,
  AlertEmail4: email,
  AlertEmail5: email,
  SlackWorkspaceId: {
    pass: ['', 'T012ABCDEFG'],
    fail: ['C012ABCDEFG', 't012', 'my workspace', `T${'A'.repeat(30)}`],
  },
  SlackChannelId: {
    pass: ['', 'C012ABCDEFG', 'G012ABCDEFG'],
    fail: ['#alerts', 'T012ABCDEFG', 'c012', `C${'A'.repeat(30)}`],
  },
};

const each = (kind: 'pass' | 'fail') =>
  Object.entries(BOUNDS).flatMap(([name, bounds]) =>
    bounds[kind].map((value) => ({ name, value })),
  );

describe('a parameter', () => {
  test('is never without values that must pass and values that must fail', () => {
    const own = Object.keys(Parameters).filter((name) => name !== 'BootstrapVersion');
    expect(Object.keys(BOUNDS).sort()).toEqual(own.sort());
  });

  test.each(each('pass'))('$name takes "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(true);
  });

  test.each(each('fail'))('$name refuses "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(false);
  });

  const settings = Object.keys(SETTINGS) as SettingKey[];
  test.each(settings)('that is let pass can be used by the function: %s', (key) => {
    const { name } = SETTINGS[key];
    for (const value of BOUNDS[name]?.pass ?? []) expect(parses(key, value), value).toBe(true);
  });

  test.each(PARAMETER_GROUPS.flatMap(({ parameters }) => parameters))(
    '$name says in the console what it is, and what to write instead of a wrong value',
    ({ name, label, defaultText }) => {
      const definition = Parameters[name];
      expect(definition?.Description).toMatch(/^[A-Z].{10,}\.$/);
      expect(definition?.ConstraintDescription).toMatch(/^write .+\.$/);
      expect(String(definition?.Default)).toBe(defaultText);
      expect(takes(name, defaultText)).toBe(true);
      const { ParameterLabels, ParameterGroups } =
        template.Metadata['AWS::CloudFormation::Interface'];
      expect(ParameterLabels[name].default).toBe(label);
      const groups = ParameterGroups.filter(({ Parameters: names }: { Parameters: string[] }) =>
        names.includes(name),
      );
      expect(groups).toHaveLength(1);
    },
  );
});

describe('every threshold', () => {
  const limit = fc.oneof(
    fc.integer({ min: 1, max: 999_999_999 }).map(String),
    fc.integer({ min: 1, max: 99 }).map((share) => `${share}%`),
    fc.double({ min: 0.001, max: 99, noNaN: true }).map((share) => `${share.toFixed(3)}%`),
  );
  const rule = fc
    .record({
      subject: fc.constantFrom('total', ...STATUS_GROUPS, ...KNOWN_STATUSES, 'INGESTION_FAILED_*'),
      by: fc.constantFrom('', ' by account', ' by schema'),
      operator: fc.constantFrom('>=', '>', '<=', '<'),
      limit,
      minutes: fc.option(fc.integer({ min: 1, max: 1_440 })),
      severity: fc.constantFrom('', ' critical'),
    })
    .map(
      ({ subject, by, operator, limit: text, minutes, severity }) =>
        `${subject}${by} ${operator} ${text}${minutes === null ? '' : ` for ${minutes}m`}${severity}`,
    );

  test('that the function reads and prints is let pass', () => {
    fc.assert(
      fc.property(rule, (text) => {
        fc.pre(parses('thresholds', text));
        const printed = parseThresholds(text).map(printThreshold).join(', ');
        expect(takes('Thresholds', printed)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('that is let pass is read by the function, also with a slip of the pen in it', () => {
    const slip = fc.record({
      text: rule,
      at: fc.nat(60),
      remove: fc.nat(2),
      insert: fc.oneof(fc.constant(''), fc.constantFrom(...' ,%0159.<>=m*_ABbytor')),
    });
    fc.assert(
      fc.property(slip, ({ text, at, remove, insert }) => {
        const slipped = text.slice(0, at) + insert + text.slice(at + remove);
        if (takes('Thresholds', slipped)) expect(parses('thresholds', slipped), slipped).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  // A pattern that tries every way would not come to an end.
  test.each([
    ['spaces', ' '.repeat(1_000)],
    ['spaces behind a rule', `unmetered >= 1${' '.repeat(900)}!`],
    ['letters', 'A'.repeat(1_000)],
    ['asterisks', '*'.repeat(1_000)],
    ['rules', `${'unmetered >= 1,'.repeat(66)}x`],
  ])('is checked in the end, whatever is written: %s', (_, text) => {
    expect(takes('Thresholds', text)).toBe(false);
  });
});

describe('what must go together', () => {
  const broken = (given: Record<string, string>) => new Deployment(template, given).brokenRules();

  test.each([
    ['nothing at all', {}],
    ['a workspace and a channel', { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' }],
    ['windows of an hour, counting by metrics', { Counting: 'metrics', WindowMinutes: '60' }],
    ['windows of half an hour, counting events', { WindowMinutes: '30', IgnoredSchemas: 'a' }],
    ['several addresses', { AlertEmail1: 'a@example.com', AlertEmail4: 'b@example.com' }],
  ])('lets %s pass', (_, given) => {
    expect(broken(given)).toEqual([]);
  });

  test.each([
    ['a workspace without a channel', { SlackWorkspaceId: 'T1' }, /both SlackWorkspaceId and/],
    ['a channel without a workspace', { SlackChannelId: 'C1' }, /both SlackWorkspaceId and/],
    [
      'windows shorter than what Togai counts by',
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

describe('the environment', () => {
  const [resource] = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
  const { Variables } = resource.Properties.Environment;
  const environmentOf = (given: Record<string, string> = {}): Record<string, string> => {
    const deployment = new Deployment(template, given);
    return Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, deployment.text(value)]),
    );
  };

  test('hands every setting to the function as it was written', () => {
    const given = Object.fromEntries(
      Object.values(SETTINGS).map(({ name }) => [name, BOUNDS[name]?.pass.at(-1) ?? '']),
    );
    const { textOf } = readFunctionEnvironment(environmentOf(given));
    const read = Object.entries(SETTINGS).map(([key, { name }]) => [
      name,
      textOf(key as SettingKey),
    ]);
    expect(Object.fromEntries(read)).toEqual(given);
  });

  test('names the table, the secret, the topic and the dashboard that the stack makes', () => {
    const made = (type: string) => `<${new Deployment(template).made(type)[0]}>`;
    expect(readFunctionEnvironment(environmentOf())).toMatchObject({
      tableName: made('AWS::DynamoDB::Table'),
      secretId: made('AWS::SecretsManager::Secret'),
      topicArn: made('AWS::SNS::Topic'),
      dashboardUrl:
        'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/UnmeteredEventsMonitor-eu-central-1',
    });
  });

  test('fits into the 4 KB that a function may have, with every parameter as long as it may be', () => {
    const longest = Object.fromEntries(
      Object.entries(Parameters).map(([name, { MaxLength, Default }]) => [
        name,
        MaxLength === undefined ? String(Default ?? '').padEnd(10) : 'x'.repeat(MaxLength),
      ]),
    );
    const arn = 'x'.repeat(256);
    const references = Object.fromEntries(Object.keys(template.Resources).map((id) => [id, arn]));
    const environment = environmentOf({
      ...longest,
      ...references,
      'AWS::StackName': 'x'.repeat(128),
    });
    expect(Buffer.byteLength(JSON.stringify(environment))).toBeLessThan(4_096);
  });
});
