import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CHECK_SETTINGS,
  SETTINGS,
  type SettingKey,
} from '../../functions/monitor/settings/all-settings.ts';
import { variableOf } from '../../functions/monitor/settings/names.ts';
import { cli, TOKEN } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { emptyFolder } from '../support/folder.ts';
import { answersOfMetrics } from '../support/metrics-answers.ts';
import { serve } from '../support/server.ts';

const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const HOUR = ['--from', '2026-11-18T11:00', '--to', '2026-11-18T12:00'];

/** A text that each setting refuses. */
const WRONG: Readonly<Record<SettingKey, string>> = {
  thresholds: 'unmeterd >= 1',
  windowMinutes: '45',
  minimumEvents: '0',
  repeatMinutes: 'often',
  settleMinutes: '99',
  maxCatchUpHours: '1',
  maxRequestsPerSecond: '0',
  counting: 'guess',
  ignoredAccounts: 'acme@2027-02-30',
  ignoredSchemas: 'api_call@2027-02-30',
  timeZone: 'Mars/Olympus',
  showWorth: 'maybe',
  digestDay: 'someday',
  runbookUrl: 'javascript:x',
  togaiBaseUrl: 'http://api.togai.com',
};
const SETTINGS_OF: Readonly<Record<string, readonly SettingKey[]>> = {
  run: Object.keys(SETTINGS) as SettingKey[],
  check: [...CHECK_SETTINGS, 'counting'],
};
/** Each command with each variable that it reads. */
const RUNS = Object.entries(SETTINGS_OF).flatMap(([command, keys]) =>
  keys.map((key) => [command, variableOf(SETTINGS[key]), key] as const),
);

type Variables = Readonly<Record<string, string>>;

/** A folder with a `.env`. */
function folderWith(variables: Variables): string {
  const folder = emptyFolder();
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(join(folder, '.env'), lines.join(''));
  return folder;
}

/** Twelve events of acme that nobody is billed for, by either way of counting. */
async function togai() {
  const ofMetrics = answersOfMetrics([{ status: UNMETERED, events: 12 }]);
  const createdAt = '2026-11-18T11:30:00.500Z';
  const events = Array.from({ length: 12 }, () => wireEvent({ status: UNMETERED, createdAt }));
  const { url } = await serve((request, response) => {
    if (request.method === 'POST') return void ofMetrics(request, response);
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const [from, to] = [Number(query.get('start_time')), Number(query.get('end_time'))];
    const listed = from <= Date.parse(createdAt) && Date.parse(createdAt) <= to ? events : [];
    response.end(JSON.stringify({ events: listed, nextToken: null }));
  });
  return url;
}

interface Given {
  readonly env?: Variables;
  readonly file?: Variables;
  readonly args?: readonly string[];
}

/** The output of `check --json` with settings from several places. */
async function checked({ env = {}, file = {}, args = [] }: Given) {
  const result = await cli(
    ['check', '--json', ...HOUR, '--togai-base-url', await togai(), ...args],
    { env: { TOGAI_TOKEN: TOKEN, ...env }, folder: folderWith(file) },
  );
  expect(result.exitCode, result.stderr).not.toBe(2);
  return JSON.parse(result.stdout);
}

describe.each([
  ['the environment', (variables: Variables): Given => ({ env: variables })],
  ['.env', (variables: Variables): Given => ({ file: variables })],
])('from %s', (_, place) => {
  test.each(RUNS)('%s with a wrong %s is refused by the name of the variable', async (...row) => {
    const [command, variable, key] = row;
    const { env = {}, file = {} } = place({ TOGAI_TOKEN: TOKEN, [variable]: WRONG[key] });
    const state = command === 'run' ? ['--state', join(emptyFolder(), 'state.json')] : HOUR;
    // A flag would come first.
    const address = key === 'togaiBaseUrl' ? [] : ['--togai-base-url', await togai()];
    const { exitCode, stderr } = await cli([command, ...state, ...address], {
      env,
      folder: folderWith(file),
    });
    expect(stderr).toMatch(new RegExp(`^unmetered: ${variable}\\b[^\\n]*\\n$`));
    expect(exitCode).toBe(2);
  });

  test('THRESHOLDS are the rules that are evaluated', async () => {
    const { evaluations } = await checked(place({ THRESHOLDS: 'unmetered >= 12' }));
    expect(evaluations).toMatchObject([{ threshold: 'unmetered >= 12', state: 'breached' }]);
  });

  test('MINIMUM_EVENTS is the smallest number of events that a share needs', async () => {
    const given = place({ MINIMUM_EVENTS: '12', THRESHOLDS: 'unmetered >= 50%' });
    expect((await checked(given)).evaluations).toMatchObject([{ state: 'breached' }]);
  });

  test.each([
    ['IGNORED_ACCOUNTS', 'acme'],
    ['IGNORED_SCHEMAS', 'api_call'],
  ])('%s are counted apart', async (variable, name) => {
    expect(await checked(place({ [variable]: name }))).toMatchObject({ total: 0, ignored: 12 });
  });

  test('COUNTING chooses who counts', async () => {
    const found = await checked(place({ COUNTING: 'metrics' }));
    expect(found).toMatchObject({ source: 'metrics', total: 12 });
  });

  test('a variable without a value is a setting that is not set', async () => {
    const found = await checked(place({ THRESHOLDS: '', MINIMUM_EVENTS: '', COUNTING: '' }));
    expect(found).toMatchObject({ source: 'listing', total: 12 });
    expect(found.evaluations.length).toBeGreaterThan(1);
  });

  test('run evaluates them, too', async () => {
    const { env = {}, file = {} } = place({ THRESHOLDS: 'total >= 12', WINDOW_MINUTES: '30' });
    const state = join(emptyFolder(), 'state.json');
    const at = ['--at', '2026-11-18T11:55', '--togai-base-url', await togai()];
    const { stdout, stderr } = await cli(['run', '--state', state, '--print', 'json', ...at], {
      env: { TOGAI_TOKEN: TOKEN, ...env },
      folder: folderWith(file),
    });
    expect(stderr).toMatch(/ 1 look counted /);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'opened', threshold: 'total >= 12' });
  });
});

describe('a setting is taken', () => {
  const rule = (limit: number) => `unmetered >= ${limit}`;
  const thresholdOf = async (given: Given) => (await checked(given)).evaluations[0].threshold;

  test('from the flag before the environment', async () => {
    const args = ['--thresholds', rule(1)];
    expect(await thresholdOf({ args, env: { THRESHOLDS: rule(2) } })).toBe(rule(1));
  });

  test('from the flag before .env', async () => {
    const args = ['--thresholds', rule(1)];
    expect(await thresholdOf({ args, file: { THRESHOLDS: rule(3) } })).toBe(rule(1));
  });

  test('from the environment before .env', async () => {
    const given = { env: { THRESHOLDS: rule(2) }, file: { THRESHOLDS: rule(3) } };
    expect(await thresholdOf(given)).toBe(rule(2));
  });

  test('each from its own place', async () => {
    const env = { IGNORED_ACCOUNTS: 'globex' };
    const file = { THRESHOLDS: rule(3), IGNORED_ACCOUNTS: 'acme' };
    const found = await checked({ env, file, args: ['--minimum-events', '1'] });
    expect(found).toMatchObject({ total: 12, evaluations: [{ threshold: rule(3) }] });
  });
});

test('a wrong value in a place that is not used is no failure', async () => {
  const given = { args: ['--thresholds', 'failed >= 1'], env: { THRESHOLDS: WRONG.thresholds } };
  expect((await checked(given)).evaluations).toHaveLength(1);
});
