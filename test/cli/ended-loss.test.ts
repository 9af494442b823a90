import { describe, expect, test } from 'vitest';
import { resolvedText } from '../../cli/check/report/thresholds.ts';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { UNMETERED } from '../support/printed-check.ts';
import { serveAnswers } from '../support/server.ts';

const FROM = Date.UTC(2026, 10, 18, 10, 30);
const MINUTE = 60_000;

/** An event of acme in each minute of an hour. All are lost in the first minutes. */
const hour = (lostMinutes: number) =>
  Array.from({ length: 60 }, (_, minute) =>
    wireEvent({
      createdAt: new Date(FROM + minute * MINUTE).toISOString(),
      ...(minute < lostMinutes && { status: UNMETERED }),
    }),
  );

async function check(events: readonly unknown[], ...args: readonly string[]) {
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  const range = ['--from', '2026-11-18T10:30', '--to', '2026-11-18T11:30'];
  const rules = ['--thresholds', 'unmetered >= 5, unmetered by account >= 10%'];
  return cli(['check', ...range, ...rules, '--togai-base-url', url, ...args], {
    env: { TOGAI_TOKEN: 'secret' },
  });
}

describe('a check says of a loss that has ended', () => {
  test('beside each threshold, that it is still in the window', async () => {
    const { stdout } = await check(hour(10));
    expect(stdout).toMatch(
      /BREACHED .* unmetered >= 5 .* resolved at 10:40 UTC, still in the window/,
    );
    expect(stdout).toMatch(
      /unmetered by account >= 10% .* acme .*; resolved at 10:40 UTC, still in the window/,
    );
  });

  test('that it is over, in the conclusion', async () => {
    const { stdout } = await check(hour(10));
    expect(stdout).toContain(
      '2 of 2 thresholds breached.\nThe loss is over: resolved at 10:40 UTC, still in the window.\n',
    );
  });

  test('the same with --quiet', async () => {
    const { stdout } = await check(hour(10), '--quiet');
    expect(
      stdout.match(/: (acme .*; )?resolved at 10:40 UTC, still in the window$/gm),
    ).toHaveLength(2);
  });

  test('its end in JSON', async () => {
    const { stdout } = await check(hour(10), '--json');
    expect(JSON.parse(stdout).evaluations[0].resolvedAt).toBe('2026-11-18T10:40:00.000Z');
  });

  test('with its exit code that a threshold is breached', async () => {
    expect((await check(hour(10))).exitCode).toBe(3);
  });
});

test('a check says of an end in an hour counted as one that it may have been earlier', () => {
  const text = resolvedText(FROM, { mayHaveEndedEarlier: true }, FROM + 60 * MINUTE);
  expect(text).toBe('resolved by 10:30 UTC');
});

test('a check says nothing of the kind while a loss goes on', async () => {
  const { stdout } = await check(hour(60));
  expect(stdout).not.toContain('resolved');
});
