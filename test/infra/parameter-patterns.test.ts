import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import type { ParameterDefinition } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { longestReferences, Parameters, parses, takes, template } from './accepted-values.ts';

const email = {
  pass: [
    "o'brien@example.com",
    "d'arcy.o'neill+togai@eu.example.co.uk",
    'oncall@xn--bcher-kva.example',
    'oncall@xn--e1afmkfd.xn--p1ai',
    'oncall@example.xn--vermgensberatung-pwb',
    'first.last@example.com',
    'a-b_c@sub-domain.example.com',
  ],
  fail: [
    'a..b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a...b@example.com',
    'a@.example.com',
    'a@example..com',
    'a@-example.com',
    'a@example-.com',
    'a@example.c',
    'a@example.123',
    "a@exam'ple.com",
    'a@b@example.com',
  ],
};

const ignoreList = {
  pass: [
    'ämter',
    'Bücher GmbH',
    '株式会社',
    'acme, ämter, 株式会社',
    'ämter@2027-01-31, acme@2027-02-28',
    'müller@example.com@2027-12-01',
    'acme 🚀',
    '𝒳-account',
  ],
  fail: ['ämter@2027-13-01', 'ac\nme', 'ä\tb', 'ä\u0000b', 'ä\u007fb', 'ä'.repeat(501)],
};

/** Values of each parameter that CloudFormation has to let pass, and values that it has to refuse. */
const BOUNDS: Readonly<Record<string, { pass: string[]; fail: string[] }>> = {
  AlertEmail1: email,
  AlarmEmail: {
    pass: ['', 'platform@example.com'],
    fail: ['platform', 'a@example.com, b@example.com'],
  },
  RunbookUrl: {
    pass: [
      'https://host:10443/x',
      'https://wiki.example.com:65535/x',
      'https://192.0.2.10/runbook',
      'http://10.0.0.5:8080/x?page=1#top',
      'https://[2001:db8::1]/x',
      'https://[::1]:8443/x',
      'https://xn--bcher-kva.example/x',
      'https://xn--e1afmkfd.xn--p1ai/x',
    ],
    fail: [
      'https://host:65536/x',
      'https://host:99999/x',
      'https://host:123456/x',
      'https://host:/x y',
      'https://256.1.1.1/',
      'https://1.2.3.4.5/',
      'https://example.123/',
      'https://[2001:db8::1/x',
      'https://[1:2:3:4:5:6:7::8]/x',
      'https://[1::2:3:4:5:6:7:8]/x',
      'https://2001:db8::1/x',
      'https://[example.com]/x',
      'https://user@host:10443/x',
      'https://[::1]|x',
    ],
  },
  IgnoredAccounts: ignoreList,
  IgnoredSchemas: { ...ignoreList, pass: ['größe', 'api_call, größe@2027-01-31'] },
};

const each = (kind: 'pass' | 'fail') =>
  Object.entries(BOUNDS).flatMap(([name, bounds]) =>
    bounds[kind].map((value) => ({ name, value })),
  );

describe('a parameter', () => {
  test.each(each('pass'))('$name takes "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(true);
  });

  test.each(each('fail'))('$name refuses "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(false);
  });

  test.each(['AlertEmail2', 'AlertEmail3', 'AlertEmail4', 'AlertEmail5', 'AlarmEmail'])(
    '%s takes and refuses the same addresses as AlertEmail1',
    (name) => {
      const bounds = ({ AllowedPattern, MaxLength }: ParameterDefinition) => [
        AllowedPattern,
        MaxLength,
      ];
      const { AlertEmail1: first, [name]: other } = Parameters;
      expect(other && bounds(other)).toEqual(first && bounds(first));
    },
  );

  const settings = Object.keys(SETTINGS) as SettingKey[];
  test.each(settings)('that is let pass can be used by the function: %s', (key) => {
    for (const value of BOUNDS[SETTINGS[key].name]?.pass ?? []) {
      expect(parses(key, value), value).toBe(true);
    }
  });

  // CloudFormation matches by code points, as Java does; without the flag JavaScript takes a rocket for two characters.
  test.each(['IgnoredAccounts', 'IgnoredSchemas'])('%s is read alike by Java', (name) => {
    const pattern = new RegExp(`^(?:${Parameters[name]?.AllowedPattern})$`, 'u');
    for (const value of BOUNDS[name]?.pass ?? []) expect(pattern.test(value), value).toBe(true);
  });
});

describe('a link', () => {
  const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
  const number = fc.nat(300).map(String);
  const host = fc.oneof(
    fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
    fc.array(number, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.stringMatching(/^\[[0-9a-f:]{0,12}\]$/),
  );
  const port = fc.oneof(
    fc.constant(''),
    fc.nat(99_999).map((n) => `:${n}`),
  );

  test('that is let pass is read by the function, with any host and port', () => {
    fc.assert(
      fc.property(host, port, (name, number) => {
        const link = `https://${name}${number}/x`;
        if (takes('RunbookUrl', link)) expect(parses('runbookUrl', link), link).toBe(true);
      }),
      { numRuns: 2_000, seed: 20_261_118 },
    );
  });

  test('to any IP address and port is let pass', () => {
    const hexadecimal = fc.ipV6().filter((text) => !text.includes('.'));
    const address = fc.oneof(
      fc.ipV4(),
      hexadecimal.map((text) => `[${text}]`),
    );
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 65_535 }), (ip, number) => {
        expect(takes('RunbookUrl', `https://${ip}:${number}/x`), `${ip}:${number}`).toBe(true);
      }),
      { numRuns: 500, seed: 20_261_118 },
    );
  });
});

describe('a pattern comes to an end for any text', () => {
  const long = 120;
  test.each([
    ['AlertEmail1', 'dots', 'a.'.repeat(long)],
    ['AlertEmail1', 'hyphens in a domain', `a@${'a-'.repeat(long)}`],
    ['AlertEmail1', 'dots in a domain', `a@${'a.'.repeat(long)}`],
    ['AlertEmail1', 'apostrophes', `${"'".repeat(2 * long)}@`],
    ['AlertEmail1', 'punycode', `a@${'xn--'.repeat(long / 2)}`],
    ['RunbookUrl', 'dots in a host', `https://${'a.'.repeat(long)}:`],
    ['RunbookUrl', 'numbers for a host', `https://${'1.'.repeat(long)}`],
    ['RunbookUrl', 'colons for a host', `https://[${'a:'.repeat(long)}`],
    ['IgnoredAccounts', 'signs before days', `${'ä@'.repeat(2 * long)}\n`],
    ['IgnoredAccounts', 'signs and blanks before a day', `${'@ '.repeat(2 * long)}2027-13-01`],
  ])('%s: %s', (name, _, value) => {
    const source = `^(?:${Parameters[name]?.AllowedPattern})$`;
    const matches = () =>
      runInNewContext('new RegExp(source).test(value)', { source, value }, { timeout: 2_000 });
    expect(matches).not.toThrow();
  });
});

test('the environment fits into 4 KB, also with ids that take up to four bytes a character', () => {
  const longest = (name: string): string => {
    const { MaxLength = 0, Default = '' } = Parameters[name] ?? {};
    const texts = ['x', 'ä', '株', '🚀'].flatMap((character) =>
      [500, 250, 200, 166, 160, 150, 125, 120, 100, 80, 50].map((times) => character.repeat(times)),
    );
    const taken = texts.filter((text) => takes(name, text));
    const bySize = taken.sort((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a));
    return bySize[0] ?? (MaxLength > 0 ? 'x'.repeat(MaxLength) : String(Default).padEnd(10));
  };
  const values = Object.keys(Parameters).map((name) => [name, longest(name)]);
  const stackName = 'x'.repeat(128);
  const environment = new ConditionalDeployment(template, {
    ...Object.fromEntries(values),
    ...longestReferences(stackName),
    RunEveryMinutes: '15',
    'AWS::StackName': stackName,
  }).environment();
  expect(Buffer.byteLength(JSON.stringify(environment))).toBeLessThan(4_096);
});
