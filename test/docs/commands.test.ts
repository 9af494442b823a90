import { describe, expect, test } from 'vitest';
import { PAGES } from './pages.ts';
import { faultOf } from './rules.ts';
import { commandsInText, commandsOf, fencesOf, scriptsOf } from './shell.ts';

// The changelog names commands of older versions.
const pages = PAGES.filter((page) => page !== 'CHANGELOG.md');

const faultsOf = async (commands: readonly string[][]): Promise<string[]> => {
  const faults = await Promise.all(
    commands.map(async (words) => ({ command: words.join(' '), fault: await faultOf(words) })),
  );
  return faults.flatMap(({ command, fault }) => (fault === '' ? [] : [`${command}: ${fault}`]));
};

describe('every command in', () => {
  test.each(pages.filter((page) => scriptsOf(page).length > 0))(
    'the scripts of %s is covered by a rule, and has no fault',
    async (page) => {
      const commands = scriptsOf(page).flatMap((script) => commandsOf(script));
      expect(commands.length).toBeGreaterThan(0);
      expect(await faultsOf(commands)).toEqual([]);
    },
  );

  test.each(pages.filter((page) => commandsInText(page).length > 0))(
    'the sentences of %s is covered by a rule, and has no fault',
    async (page) => {
      expect(await faultsOf(commandsInText(page).flatMap((text) => commandsOf(text)))).toEqual([]);
    },
  );
});

test('each flag in the synopsis of a command is one of its flags', async () => {
  const synopses = fencesOf('docs/command-line.md')
    .filter(({ language }) => language === '')
    .flatMap(({ text }) => text.match(/^npx unmetered (?:.|\n )*/gm) ?? []);
  expect(synopses.length).toBeGreaterThan(4);
  const flags = synopses.flatMap((synopsis) => {
    const [, , name = ''] = synopsis.split(/\s/);
    return [...synopsis.matchAll(/--[\w-]+/g)].map(([flag]) => ['npx', 'unmetered', name, flag]);
  });
  const faults = await faultsOf(flags);
  expect(faults.filter((fault) => /unknown option/.test(fault))).toEqual([]);
});

describe('a rule finds', () => {
  test.each([
    ['a flag that no command has', 'npx unmetered check --sinse 6h', /unknown option '--sinse'/],
    ['a command that is not there', 'npx unmetered chek', /unknown/],
    [
      'a parameter that the stack does not have',
      'npx cdk deploy --parameters MuteUntil=x',
      /MuteUntil/,
    ],
    [
      'a value that CloudFormation refuses',
      "npx cdk deploy --parameters 'Thresholds=unmetered'",
      /Thres/,
    ],
    ['a context that the app does not read', 'npx cdk deploy -c secretArn=arn:aws:x', /secretArn/],
    ['an output that the stack does not have', 'aws logs tail LogGroupUrl', /LogGroupUrl/],
    ['a script that is not there', 'npm run prov', /no script prov/],
    [
      'a flag that a script does not have',
      'npm run prove -- --sed 17',
      /main\.ts has no option --sed/,
    ],
    [
      'the package of another version',
      'npm install unmetered-events-monitor-0.1.0.tgz',
      /0\.2\.0|is unm/,
    ],
    ['a payload that the function refuses', `ask '{"silense": {}}'`, /silense/],
    ['a command that no rule covers', 'curl https://example.com', /no rule covers it/],
  ])('%s', async (_, command, fault) => {
    const [words = []] = commandsOf(command);
    expect(await faultOf(words)).toMatch(fault);
  });
});
