import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { runCli } from '../../cli/program.ts';
import { createPrinter } from '../../cli/run.ts';
import type { Output } from '../../cli/terminal.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import { NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { eventsOf, serveEvents } from '../support/events-server.ts';
import { emptyFolder } from '../support/folder.ts';
import { MAIN, startCli, startProgram } from '../support/program.ts';
import { NOT_METERED } from '../support/usage-traffic.ts';

const MINUTE = 60_000;
const MESSAGE = renderMessage(testNotification(NOW), {
  dashboardUrl: '',
  runbookUrl: '',
});
const never = new AbortController().signal;

/** Answers each write of a stream: later, with success, or with an error. */
type Answer = (done: (error?: Error | null) => void, write: number) => void;

function outputThat(answer: Answer): { output: Output; text: () => string } {
  let text = '';
  let writes = 0;
  const output: Output = new Writable({
    write(chunk, _, done) {
      answer((error) => {
        if (!error) text += chunk;
        done(error);
      }, ++writes);
    },
  });
  // As in a process: the stream itself must not end it.
  output.on('error', () => {});
  return { output, text: () => text };
}

describe('a printed notification is delivered', () => {
  test('once the write is confirmed, not before', async () => {
    let confirm = () => {};
    const { output } = outputThat((done) => {
      confirm = done;
    });
    let isDelivered = false;
    const delivery = createPrinter(output, 'json', () => {})
      .publish(MESSAGE, never)
      .then(() => {
        isDelivered = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDelivered).toBe(false);
    confirm();
    await delivery;
    expect(isDelivered).toBe(true);
  });

  test('not where the write fails: the reason is in the error', async () => {
    const { output } = outputThat((done) => done(new Error('ENOSPC: no space left on device')));
    await expect(createPrinter(output, 'json', () => {}).publish(MESSAGE, never)).rejects.toThrow(
      /ENOSPC/,
    );
  });

  test('not where the stream has ended before', async () => {
    const { output } = outputThat((done) => done());
    (output as Writable).destroy();
    await expect(
      createPrinter(output, 'email', () => {}).publish(MESSAGE, never),
    ).rejects.toThrow();
  });

  test('not where nobody reads before the run has to end', async () => {
    const { output } = outputThat(() => {});
    const abort = new AbortController();
    const delivery = createPrinter(output, 'json', () => {}).publish(MESSAGE, abort.signal);
    const reason = new Error('interrupted');
    abort.abort(reason);
    await expect(delivery).rejects.toBe(reason);
  });
});

test('the first sign of life is no printed notification: a program that reads those has not asked for it', async () => {
  const { output, text } = outputThat((done) => done());
  const said: string[] = [];
  const printer = createPrinter(output, 'json', (line) => said.push(line));
  const { watching } = exampleNotifications();
  await printer.publish(renderMessage(watching, { dashboardUrl: '', runbookUrl: '' }), never);
  expect(text()).toBe('');
  expect(said).toEqual([
    expect.stringMatching(/^Watching: 17,938 events of all accounts in the last hour/),
  ]);
});

test('the first sign of life has its source, its blind spots and the limits', async () => {
  const { output } = outputThat((done) => done());
  const said: string[] = [];
  const printer = createPrinter(output, 'email', (line) => said.push(line));
  const { watching } = exampleNotifications();
  await printer.publish(renderMessage(watching, { dashboardUrl: '', runbookUrl: '' }), never);
  expect(said.join()).toMatch(/^Source: .*\nNot seen: .*\nLimits .*$/m);
});

describe('run, of two messages whose second cannot be printed', () => {
  async function twice() {
    const { url } = await serveEvents([
      ...eventsOf(NOT_METERED, NOW - 20 * MINUTE, 20),
      ...eventsOf('INGESTION_FAILED', NOW - 30 * MINUTE, 20),
    ]);
    const state = join(emptyFolder(), 'state.json');
    const runAt = async (now: number, answer: Answer) => {
      const stdout = outputThat(answer);
      const stderr = outputThat((done) => done());
      const args = ['--thresholds', 'unmetered >= 10, failed >= 10', '--print', 'json'];
      const exitCode = await runCli(['run', '--state', state, '--togai-base-url', url, ...args], {
        stdout: stdout.output,
        stderr: stderr.output,
        env: { TOGAI_TOKEN: 'secret' },
        folder: emptyFolder(),
        clock: createJumpingClock(now),
        signal: never,
      });
      const lines = stdout.text().split('\n').filter(Boolean);
      const told = lines.map((line) => JSON.parse(line).threshold);
      return { exitCode, stderr: stderr.text(), told };
    };
    const first = await runAt(NOW, (done, write) => {
      done(write > 1 ? new Error('EPIPE: broken pipe') : null);
    });
    const second = await runAt(NOW + 5 * MINUTE, (done) => done());
    return { first, second };
  }

  test('the next run prints the second, and not the first again', async () => {
    const { first, second } = await twice();
    expect([first.told.length, second.told.length]).toEqual([1, 1]);
    expect([...first.told, ...second.told].sort()).toEqual(['failed >= 10', 'unmetered >= 10']);
  });

  test('ends with 2, and says why a message was not delivered', async () => {
    const { first, second } = await twice();
    expect(first.stderr).toMatch(/EPIPE/);
    expect([first.exitCode, second.exitCode]).toEqual([2, 3]);
  });
});

describe('the process', () => {
  const TOKEN = { TOGAI_TOKEN: 'secret' };

  /** The command line, with an output that takes nothing. */
  const onFullDisk = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    startProgram('sh', ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, MAIN, ...args], {
      env: { ...TOKEN, ...env },
    }).ended;

  /** A run at ten minutes past an incident, and one five minutes later with a reader. */
  async function incident() {
    const now = Date.now();
    const { url } = await serveEvents(eventsOf(NOT_METERED, now - 30 * MINUTE, 20));
    const state = join(emptyFolder(), 'state.json');
    return (minutesAgo: number) => [
      ...['run', '--state', state, '--togai-base-url', url, '--max-requests-per-second', '100'],
      ...['--at', new Date(now - minutesAgo * MINUTE).toISOString()],
    ];
  }

  test.skipIf(!existsSync('/dev/full'))(
    'that writes to a full disk ends with 2 and one sentence, and the next run prints the message',
    async () => {
      const args = await incident();
      const { exitCode, stderr } = await onFullDisk(args(10));
      const next = await startCli(args(5), TOKEN).ended;
      expect(stderr).toMatch(/^unmetered: .*(ENOSPC|no space).*\n$/m);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(exitCode).toBe(2);
      expect(next.stdout).toMatch(/^Subject: CRITICAL acme: 20 of 20 events/m);
      expect(next.exitCode).toBe(3);
    },
  );

  test('whose reader has gone ends with 2, and the next run prints the message', async () => {
    const args = await incident();
    const { child, ended } = startCli(args(10), TOKEN);
    child.stdout.destroy();
    const { exitCode, stderr } = await ended;
    const next = await startCli(args(5), TOKEN).ended;
    expect(stderr).toMatch(/^unmetered: .*(EPIPE|closed|nobody reads).*\n$/m);
    expect(exitCode).toBe(2);
    expect(next.stdout).toMatch(/^Subject: CRITICAL acme: 20 of 20 events/m);
    expect(next.exitCode).toBe(3);
  });

  test.skipIf(!existsSync('/dev/full')).each([
    ['check', ['check', '--json', '--max-requests-per-second', '100']],
    ['test', ['test']],
  ])('%s on a full disk ends with 2 and one sentence', async (_, args) => {
    const { url } = await serveEvents([]);
    const { exitCode, stderr } = await onFullDisk(args, { TOGAI_BASE_URL: url });
    expect(stderr).toMatch(/^unmetered: .*(ENOSPC|no space).*\n$/m);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(exitCode).toBe(2);
  });
});
