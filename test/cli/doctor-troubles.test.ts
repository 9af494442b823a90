import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { cli, NOW, TOKEN } from '../support/cli.ts';
import { doctor, LITTLE } from '../support/doctor.ts';
import { serve, serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;
const EMPTY = { ...LITTLE, eventsPerSecond: 0 };

const lastLine = (stdout: string) => stdout.trimEnd().split('\n').at(-1);

test('an empty Togai is told to be empty, and nothing is guessed', async () => {
  const { url, requests } = await serve((request, response) => {
    response.setHeader('date', new Date(NOW).toUTCString());
    response.end(
      request.method === 'POST'
        ? '{"results":[{"id":"total","data":[]},{"id":"by-status","data":[]},{"id":"by-account","data":[]}]}'
        : '{"events":[]}',
    );
  });
  const { stdout, exitCode } = await cli(['doctor', '--togai-base-url', url]);
  expect(stdout).toMatch(/! The token may list events, and there are none/);
  expect(stdout).toMatch(/\? GET \/events: no range could be tried/);
  expect(stdout).toMatch(/\? .*groups by account is not to be told/);
  expect(lastLine(stdout)).toMatch(
    /^Keep Counting = auto: each run chooses, .* lists no events\. Send an event/,
  );
  expect(exitCode).toBe(3);
  expect(requests.length).toBeLessThan(6);
});

test('a scenario without events is an empty Togai', async () => {
  const { stdout, exitCode } = await doctor({ scenario: EMPTY });
  expect(lastLine(stdout)).toMatch(/lists no events/);
  expect(exitCode).toBe(3);
});

describe('a rejected token', () => {
  const rejected = () => doctor({}, [], { env: { TOGAI_TOKEN: 'tgi-other-secret-token' } });

  test('is sent once, and named by its variable', async () => {
    const { stdout, exitCode, requests } = await rejected();
    expect(stdout).toMatch(/✗ .*401.*Togai does not accept the token/);
    expect(lastLine(stdout)).toMatch(
      /^Neither source can count here: .*TOGAI_TOKEN, then run doctor again/,
    );
    expect(exitCode).toBe(2);
    expect(requests).toHaveLength(1);
  });

  test('is not printed', async () => {
    const { stdout, stderr } = await rejected();
    expect(stdout + stderr).not.toContain('other-secret');
  });
});

test('a Togai that does not answer ends with 2 and the reason', async () => {
  const { stdout, exitCode } = await cli(['doctor', '--togai-base-url', 'http://127.0.0.1:1']);
  expect(stdout).toContain('? Whether Togai accepts the token is not known.');
  expect(stdout).toMatch(/✗ No events were listed: GET http:\/\/127\.0\.0\.1:1\/events/);
  expect(exitCode).toBe(2);
});

test('metrics that are no answer of Togai are a reservation', async () => {
  const { stdout, exitCode } = await doctor({
    refuses: (path) => (path.startsWith('/metrics') ? 404 : undefined),
  });
  expect(stdout).toMatch(/! Metrics could not be read: POST .*404/);
  expect(lastLine(stdout)).toBe(
    'Keep Counting = auto: the monitor will list events here, because POST /metrics could not be read.',
  );
  expect(exitCode).toBe(3);
});

describe('the clock of this machine', () => {
  test('ahead by more than five minutes ends with 2, and the other findings hold', async () => {
    const { stdout, exitCode } = await doctor({ date: NOW - 24 * 60 * MINUTE });
    expect(stdout).toMatch(/✗ The clock of this machine is 1 d ahead of Togai's\. .*refuse/);
    expect(stdout).toContain('✓ GET /events honours start_time and end_time.');
    expect(lastLine(stdout)).toMatch(/^Set the clock of this machine right/);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['behind by an hour is a reservation', NOW + 60 * MINUTE, /! .* is 1 h behind/, 3],
    ['ahead by two minutes is allowed', NOW - 2 * MINUTE, /✓ .* is 2 min ahead of/, 0],
  ])('%s', async (_, date, finding, expected) => {
    const { stdout, exitCode } = await doctor({ date });
    expect(stdout).toMatch(finding);
    expect(exitCode).toBe(expected);
  });

  test('is not compared with answers without a date', async () => {
    const { url } = await serveAnswers({ body: { events: [] } });
    const { stdout } = await cli(['doctor', '--togai-base-url', url]);
    expect(stdout).toContain('? The clock of this machine was not compared');
  });
});

describe('--json', () => {
  test('prints one object with the same findings', async () => {
    const { stdout, exitCode, url } = await doctor({}, ['--json']);
    const result = JSON.parse(stdout);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(result).toMatchObject({
      version: 1,
      baseUrl: url,
      source: 'listing',
      advice: expect.stringMatching(/^Keep Counting = auto: the monitor will list events here/),
      requestsPerDay: { listing: 576, metrics: 912 },
    });
    const ids = result.findings.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([
      ...['token', 'list-events', 'read-metrics', 'time-range', 'time-field', 'list-order'],
      ...['metrics-hours', 'metrics-by-status', 'metrics-by-account', 'metrics-part-of-hour'],
      ...['sources-agree', 'late-events', 'not-seen', 'accounts', 'clock', 'requests'],
    ]);
    for (const { state } of result.findings) expect(state).toBe('ok');
    expect(exitCode).toBe(0);
  });

  test('prints it too where nothing can count', async () => {
    const { stdout, exitCode } = await doctor(
      { api: '2024', switches: { metricsAccess: 'refused' } },
      ['--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      source: null,
      advice: expect.stringMatching(/^Neither source can count here/),
      requestsPerDay: { listing: null, metrics: null },
    });
    expect(exitCode).toBe(2);
  });
});

test('--verbose says where each setting is from, without the token', async () => {
  const { stdout, stderr } = await doctor({}, ['--verbose']);
  expect(stderr).toMatch(/--togai-base-url: http.* \(from the command line\)/);
  expect(stderr).toMatch(/--max-requests-per-second: 2 \(the default\)/);
  expect(stdout + stderr).not.toContain(TOKEN);
});

test('--help explains the signs and the exit codes', async () => {
  const { stdout, exitCode } = await cli(['doctor', '--help']);
  expect(stdout).toMatch(/Signs:[\s\S]*Exit codes:[\s\S]* 3 .*reservation/);
  expect(exitCode).toBe(0);
});

test('an interruption says that nothing was found out', async () => {
  const signal = AbortSignal.abort(new Interrupted(130));
  const { stdout, stderr, exitCode } = await doctor({}, [], { signal });
  expect(stderr).toBe('unmetered: interrupted, nothing was found out\n');
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
});
