import { describe, expect, test } from 'vitest';
import { exceptionsFor } from '../../../functions/monitor/counting/metrics/ignored-parts.ts';
import type { Exception } from '../../../functions/monitor/events/look-record.ts';
import { at } from '../../support/monitor.ts';

const lists = (accounts: string[], schemas: string[] = []) => ({
  accounts: new Set(accounts),
  schemas: new Set(schemas),
});
const words = (exceptions: readonly Exception[]) =>
  exceptions.map(
    ({ sign, accounts, schema, hasEnded }) =>
      `${sign} ${accounts.join('+')}/${schema ?? ''}${hasEnded ? ' ended' : ''}`,
  );
const before = exceptionsFor(lists(['a']), [], at('10:05'));
const now = (...input: Parameters<typeof lists>) =>
  exceptionsFor(lists(...input), before, at('10:10'));

test('nothing ignored, nothing to ask for', () => {
  expect(exceptionsFor(lists([]), [], at('10:05'))).toEqual([]);
});

test('ignored accounts are one question', () => {
  expect(words(exceptionsFor(lists(['b', 'a']), [], at('10:05')))).toEqual(['-1 a+b/']);
});

test('each ignored schema is a question', () => {
  expect(words(exceptionsFor(lists([], ['y', 'x']), [], at('10:05')))).toEqual(['-1 /x', '-1 /y']);
});

test('events that both lists ignore are put back', () => {
  expect(words(exceptionsFor(lists(['a'], ['x']), [], at('10:05')))).toEqual([
    '-1 a/',
    '-1 /x',
    '1 a/x',
  ]);
});

test('keys differ', () => {
  const keys = exceptionsFor(lists(['a'], ['x', 'y']), [], at('10:05')).map(({ key }) => key);
  expect(new Set(keys).size).toBe(5);
});

test('an exception that goes on keeps its key', () => {
  expect(now(['a'])).toEqual(before);
});

test('the order of a list is no matter', () => {
  const two = exceptionsFor(lists(['a', 'b']), [], at('10:05'));
  expect(exceptionsFor(lists(['b', 'a']), two, at('10:10'))).toEqual(two);
});

test('another list of accounts is another question, and the old one ends', () => {
  expect(words(now(['a', 'b']))).toEqual(['-1 a+b/', '-1 a/ ended']);
});

describe('an exception that has ended', () => {
  test('is asked for once more', () => {
    expect(words(now([]))).toEqual(['-1 a/ ended']);
  });

  test('is forgotten after that', () => {
    expect(exceptionsFor(lists([]), now([]), at('10:15'))).toEqual([]);
  });

  test('has another key when it is ignored again', () => {
    const [again] = exceptionsFor(lists(['a']), now([]), at('10:15'));
    expect(again?.key).not.toBe(before[0]?.key);
  });
});
