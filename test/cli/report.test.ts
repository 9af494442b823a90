import { describe, expect, test } from 'vitest';
import { sparkline } from '../../functions/monitor/notifications/formats/sparkline.ts';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { servePages } from '../support/events-server.ts';
import { check, incident, UNMETERED } from '../support/printed-check.ts';

describe('without a terminal', () => {
  test('the report is plain text', async () => {
    const { stdout, stderr } = await check(incident());
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stderr).toBe('');
  });

  test('it shows the number of events, their accounts, and the breached thresholds', async () => {
    const { stdout } = await check(incident());
    expect(stdout).toContain('20 events from 2026-11-18 11:30 to 2026-11-18 11:35 UTC (5 min)');
    expect(stdout).toMatch(/unmetered +INGESTION_COMPLETED_EVENT_NOT_METERED +15 +75\.0% +█+/);
    expect(stdout).toMatch(/BREACHED +warning +unmetered >= 10 +15 events/);
    expect(stdout).toMatch(/acme +15 +0 +15 +100\.0%/);
    expect(stdout).toContain(
      '2 of 6 thresholds breached.\n15 unmetered events: 15 of account acme, 15 of schema api_call.\n',
    );
  });

  test('the share of an account is one of its settled events, like that of a rule', async () => {
    const waiting = wireEvent({ status: 'INGESTION_IN_PROGRESS', accountId: 'acme' });
    const { stdout } = await check([...incident(), waiting]);
    expect(stdout).toMatch(/^acme +15 +0 +15 +100\.0%$/m);
  });

  test('losses of two groups have their sum', async () => {
    const failed = wireEvent({ status: 'INGESTION_FAILED', accountId: 'acme' });
    const { stdout } = await check([...incident(), failed]);
    expect(stdout).toMatch(
      /breached\.\n16 events are lost:\n15 unmetered events: .*\n1 failed event: /,
    );
  });

  test('losses below every limit are said, with the command that lists them', async () => {
    const { stdout, exitCode } = await check(incident(), ['--thresholds', 'unmetered >= 1000']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^No threshold is breached\. 15 events are lost all the same:\n15 unmetered events: 15 of account acme, .*\nList them: npx unmetered lost --from \S+ --to \S+ --togai-base-url \S+$/m,
    );
  });

  test('the command that lists lost events follows a breach with samples, too', async () => {
    const { stdout } = await check(incident());
    expect(stdout).toMatch(/^List all lost events: npx unmetered lost --from /m);
  });

  test('text from events cannot move the cursor or break a line', async () => {
    const { stdout } = await check(incident('evil\u001b[2J\r\nOK\u202e'));
    expect(stdout).toContain('evil\\u{1b}[2J\\u{d}\\u{a}OK\\u{202e}');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('columns stay aligned with wide characters', async () => {
    const { stdout } = await check([
      ...incident('株式会社'),
      ...Array.from({ length: 3 }, () => wireEvent({ status: UNMETERED, accountId: 'ab' })),
    ]);
    expect(stdout).toContain('株式会社             15');
    expect(stdout).toContain('ab                    3');
  });

  test('an account without a name is shown as (no account)', async () => {
    const { stdout } = await check(incident(''));
    expect(stdout).toMatch(/^\(no account\) +15/m);
  });

  test.each([
    ['of 24 hours', '2026-11-17T11:35', /^The limits are for 1 h, and were compared with 1 d:/m],
    ['of an hour', '2026-11-18T10:35', /^(?![\s\S]*The limits are for)/],
  ])('a range %s says whether the limits are meant for it', async (_, from, remark) => {
    const { stdout } = await check(incident(), ['--from', from]);
    expect(stdout).toMatch(remark);
  });

  test('an empty range says so', async () => {
    const { stdout, exitCode } = await check([]);
    expect(stdout).toContain('No events.');
    expect(exitCode).toBe(0);
  });
});

describe('on a terminal', () => {
  test('there are colours, and a bar while it counts', async () => {
    const { stdout, stderr } = await check(incident(), [], 100);
    expect(stdout).toContain('\u001b[');
    expect(stderr).toMatch(/─{24}.* 0 of 1 bucket.*20 events.*requests\/s/s);
  });

  test('it shows no more requests a second than are allowed', async () => {
    const { url } = await servePages(12, { end: NOW, minutes: 5 });
    const args = ['check', '--since', '5m', '--togai-base-url', url];
    const { stderr } = await cli(args, { terminalColumns: 100 });
    const rates = [...stderr.matchAll(/([\d.]+) requests\/s/g)].map(([, rate]) => Number(rate));
    expect(rates.length).toBeGreaterThan(5);
    expect(Math.max(...rates)).toBe(2);
  });

  test('the bar is erased in the end', async () => {
    const { stderr } = await check(incident(), [], 100);
    const afterTheBar = stderr.slice(stderr.lastIndexOf('requests/s'));
    expect(afterTheBar).toContain('\u001b[2K');
  });

  test('NO_COLOR takes the colours away', async () => {
    const { stdout } = await check(incident(), [], 100, { NO_COLOR: '1' });
    expect(stdout).not.toContain('\u001b[');
  });

  test('--quiet takes the bar away', async () => {
    const { stderr } = await check(incident(), ['--quiet'], 100);
    expect(stderr).toBe('');
  });
});

test('the last lines name the account with most unmetered events, not with most problems', async () => {
  const failures = Array.from({ length: 30 }, () =>
    wireEvent({ status: 'INGESTION_FAILED', accountId: 'noisy' }),
  );
  const { stdout } = await check([...incident(), ...failures]);
  expect(stdout).toContain('15 unmetered events: 15 of account acme');
  expect(stdout).toContain('30 failed events: 30 of account noisy');
});

test('ignored accounts are counted apart until the last day of their ignore entry', async () => {
  const ignored = async (ignoreEntry: string) => {
    const { stdout } = await check(incident(), ['--json', '--ignored-accounts', ignoreEntry]);
    const { total, ignored: apart } = JSON.parse(stdout);
    return [total, apart];
  };
  expect(await ignored('acme')).toEqual([5, 15]);
  expect(await ignored('acme@2026-11-18')).toEqual([5, 15]);
  expect(await ignored('acme@2026-11-17')).toEqual([20, 0]);
});

test('a sparkline is scaled to its largest value and shows zero as a dot', () => {
  expect(sparkline([0, 1, 50, 100])).toBe('·▁▄█');
  expect(sparkline([0, 0])).toBe('··');
});
