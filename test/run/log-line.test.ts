import { describe, expect, test } from 'vitest';
import { forLog } from '../../functions/monitor/run-report.ts';
import { eventsOf, serveEvents } from '../support/events-server.ts';
import { deployFunction } from '../support/function.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;

/** Characters that would move a cursor, or reorder or break a line, where a log is shown. POWERTOOLS_DEV indents its lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const withoutIndent = (line: string) => line.replace(/\n */g, '');

/** Runs the function over events of these statuses. @returns the log, and the line of the run */
async function logOf(statuses: readonly string[]) {
  const createdAt = Date.now() - 30 * MINUTE;
  const { url } = await serveEvents(
    statuses.flatMap((status, index) => eventsOf(status, createdAt + 10 * index, index + 1)),
  );
  const { invoke, logs } = await deployFunction(url);
  expect(await invoke()).toEqual({ version: 1, outcome: 'finished' });
  const run = logs.map((line) => JSON.parse(line)).find(({ message }) => message === 'run');
  return { logs, run };
}

/** Names and counts, whether they are written as an object or as a list of both. */
function entriesOf({ byStatus }: { byStatus: object }): [name: unknown, count: unknown][] {
  if (!Array.isArray(byStatus)) return Object.entries(byStatus);
  return byStatus.map((entry) => Object.values(entry) as [unknown, unknown]);
}

describe('the log line of a run', () => {
  test.each([
    ['a mark that turns the direction of text', 'ODD_\u202eDEREVER'],
    ['an isolate', 'ODD_\u2067STATUS\u2069'],
    ['a zero-width joiner', 'ODD_\u200dSTATUS'],
    ['an escape sequence', 'ODD_\u001b[2JSTATUS'],
    ['a control character of one byte', 'ODD_\u007fSTATUS'],
    ['a control character of the second half', 'ODD_\u009b2JSTATUS'],
    ['a line separator', 'ODD_\u2028STATUS'],
    ['a byte order mark within', 'ODD_\ufeffSTATUS'],
  ])('holds no unprintable character of a status: %s', async (_, status) => {
    const { logs, run } = await logOf([status]);
    expect(run.total).toBe(1);
    for (const line of logs) expect(withoutIndent(line)).not.toMatch(UNPRINTABLE);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'])(
    'loses no status that is called %s',
    async (status) => {
      const { run } = await logOf(['ODD', status]);
      expect(run.total).toBe(3);
      expect(entriesOf(run)).toContainEqual([status.toUpperCase(), 2]);
    },
  );

  test('tells statuses apart that look the same once they can be printed', async () => {
    const names = ['ODD_\u202eX', 'ODD_\\u{202e}X', 'ODD_\\u202eX', 'ODD_X'];
    const { run } = await logOf(names);
    const counts = entriesOf(run).map(([, count]) => count);
    expect(counts.sort()).toEqual([1, 2, 3, 4]);
  });
});

test('a text in a log line has no unprintable character, from any source', () => {
  const line = { problem: 'no\u202e entry\u001b[2J', problems: ['for\u009b you\u2028'] };
  const text = JSON.stringify(line, forLog);
  expect(text).not.toMatch(UNPRINTABLE);
  expect(text).toContain('entry');
});

test('a log line keeps a name that objects have of their own', () => {
  const line = JSON.stringify({ byStatus: new Map([['__proto__', 2]]) }, forLog);
  expect(line).toBe('{"byStatus":{"__proto__":2}}');
});

test('no log line holds an unprintable character of an error message of Togai', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'no\u202e entry\u001b[2J\u2028for\u009b you' }));
  });
  const { invoke, logs } = await deployFunction(url);
  expect(await invoke()).toEqual({ version: 1, outcome: 'failed' });
  expect(logs.join()).toMatch(/answered with 403/);
  for (const line of logs) expect(withoutIndent(line)).not.toMatch(UNPRINTABLE);
});
