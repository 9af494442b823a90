import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FileJournal } from '../../cli/lost/journal.ts';
import { senderKey } from '../../cli/lost/lost-event.ts';
import { HOUR } from '../simulator/simulated-togai.ts';
import { NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { lostEvent, QUESTION } from './redo-world.ts';

const EVENT = lostEvent('1');

function place() {
  const path = `${emptyFolder()}/journal.jsonl`;
  const open = (togai = 'https://api.togai.com') =>
    FileJournal.open({
      path,
      togai,
      question: QUESTION,
      clock: createJumpingClock(NOW),
      signal: new AbortController().signal,
    });
  return { path, open };
}

test('an event that was begun is unsure for every process to come', async () => {
  const { open } = place();
  await (await open()).begin(EVENT);
  const journal = await open();
  expect([journal.known(EVENT), journal.unsure()]).toEqual(['unsure', [EVENT]]);
});

test('a journal in which nothing was begun makes no file', async () => {
  const { path, open } = place();
  await open();
  expect(existsSync(path)).toBe(false);
});

test('only one of two processes begins an event', async () => {
  const { open } = place();
  const [one, other] = [await open(), await open()];
  expect([await one.begin(EVENT), await other.begin(EVENT)]).toEqual([true, false]);
});

test.each(['redone', 'refused'] as const)('an event that was %s stays so', async (step) => {
  const { open } = place();
  const journal = await open();
  await journal.begin(EVENT);
  await journal.end(EVENT, step, '');
  expect((await open()).known(EVENT)).toBe(step);
});

test('it knows which events of a question were redone, by their senders', async () => {
  const { open } = place();
  const journal = await open();
  const early = { ...lostEvent('2'), createdAt: NOW - HOUR };
  for (const event of [EVENT, early]) await journal.end(event, 'redone', '');
  await journal.end(lostEvent('3'), 'refused', '');
  expect([...(await open()).redone().events.keys()]).toEqual([senderKey(EVENT)]);
});

test('an event that was not sent can be begun again', async () => {
  const { open } = place();
  const journal = await open();
  await journal.begin(EVENT);
  await journal.end(EVENT, 'not_sent', '429');
  expect(await (await open()).begin(EVENT)).toBe(true);
});

test('a torn line does not hide the lines before and after it', async () => {
  const { path, open } = place();
  await (await open()).begin(EVENT);
  appendFileSync(path, '{"version":1,"to');
  const other = lostEvent('2');
  await (await open()).begin(other);
  expect((await open()).unsure()).toEqual([EVENT, other]);
});

test('events of another Togai with the same ids are other events', async () => {
  const { open } = place();
  await (await open()).begin(EVENT);
  const journal = await open('https://sandbox-api.togai.com');
  expect(journal.known(EVENT)).toBeUndefined();
});

test.each(['a letter to somebody', '{"a":1}\n', 'no json\n'])(
  'a file of something else is left alone: %j',
  async (text) => {
    const { path, open } = place();
    writeFileSync(path, text);
    await expect(open()).rejects.toThrow('name another file');
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test("it keeps no sender's data, and is for its owner only", async () => {
  const { path, open } = place();
  const payload = { attributes: [{ secret: 1 }], dimensions: {} };
  await (await open()).begin({ ...EVENT, payload });
  expect(readFileSync(path, 'utf8')).not.toContain('secret');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
