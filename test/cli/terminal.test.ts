import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../cli/program.ts';
import type { Output } from '../../cli/terminal.ts';
import { NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { wireEvent } from '../support/events.ts';
import { servePages } from '../support/events-server.ts';
import { emptyFolder } from '../support/folder.ts';
import { serveAnswers } from '../support/server.ts';

const CONTROLS = /[^\P{Cc}\n]/u;

/** A terminal of a hundred columns that shows as many colours as Node finds for its environment. */
function terminal(): { output: Output; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const output = Object.assign(stream, {
    isTTY: true,
    columns: 100,
    rows: 50,
    hasColors: (env: NodeJS.ProcessEnv) => WriteStream.prototype.getColorDepth(env) >= 4,
  }) as Output;
  return { output, text: () => text };
}

async function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv) {
  const stdout = terminal();
  const stderr = terminal();
  const exitCode = await runCli(args, {
    stdout: stdout.output,
    stderr: stderr.output,
    env: { TOGAI_TOKEN: 'secret', ...env },
    folder: emptyFolder(),
    clock: createJumpingClock(NOW),
    signal: new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

describe('a terminal that is dumb', () => {
  const DUMB = { TERM: 'dumb' };

  test('gets a plain line of progress now and then, and no bar', async () => {
    const { url } = await servePages(40, { end: NOW, minutes: 180 });
    const { stderr } = await onTerminal(['check', '--since', '3h', '--togai-base-url', url], DUMB);
    expect(stderr).toMatch(/^(\d+ of 36 buckets · \d+ events · .*requests\/s.*\n)+$/);
    expect(stderr).not.toMatch(CONTROLS);
    expect(stderr).not.toMatch(/[━─]/);
  });

  test('gets nothing on stderr from a check that is soon done', async () => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({})], nextToken: null } });
    const args = ['check', '--since', '5m', '--counting', 'listing', '--togai-base-url', url];
    const { stderr } = await onTerminal(args, DUMB);
    expect(stderr).toBe('');
  });

  test('gets a warning as one line', async () => {
    const full = { body: { events: [], nextToken: null } };
    const { url } = await serveAnswers({ status: 500, body: '' }, full);
    const { stderr } = await onTerminal(['check', '--since', '5m', '--togai-base-url', url], DUMB);
    expect(stderr).toMatch(/^GET \S+ was answered with 500: trying again [^\n]*\n$/);
  });

  test('gets a report without colours', async () => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({})], nextToken: null } });
    const { stdout } = await onTerminal(['check', '--since', '5m', '--togai-base-url', url], DUMB);
    expect(stdout).toContain('No threshold is breached.');
    expect(stdout).not.toMatch(CONTROLS);
  });
});

test('any other terminal keeps its colours and its bar', async () => {
  const { url } = await serveAnswers({ body: { events: [wireEvent({})], nextToken: null } });
  const args = ['check', '--since', '5m', '--togai-base-url', url];
  const { stdout, stderr } = await onTerminal(args, { TERM: 'xterm-256color' });
  expect(stdout).toContain('\u001b[');
  expect(stderr).toMatch(/─{24}/);
});
