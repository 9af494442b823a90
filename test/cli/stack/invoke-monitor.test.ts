import { describe, expect, test } from 'vitest';
import { invokeMonitor } from '../../../cli/aws/invoke-monitor.ts';
import { startStacks } from '../../support/aws-stack.ts';
import { surroundings } from '../../support/cli.ts';

const MONITOR = { functionName: 'the-function' };
const ask = () => invokeMonitor(MONITOR, { silences: true }, surroundings());

test('the function is invoked with the payload, and its answer comes back', async () => {
  const aws = await startStacks();
  aws.answer = () => ({ version: 1, silences: [] });
  expect(await ask()).toEqual({ version: 1, silences: [] });
  expect(aws.invoked).toEqual([{ ...MONITOR, payload: { silences: true } }]);
});

describe('a sentence says why there is no answer', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a refusal',
      () => ({ version: 1, error: 'there is no silence s-1 to end.' }),
      /^there is no silence s-1 to end$/,
    ],
    ['an older function', () => ({ outcome: 'finished' }), /is of another version/],
    ['an answer that is no object', () => 'yes', /it answered without an object/],
    [
      'a function that fails',
      () => {
        throw new Error('out of memory');
      },
      /the function the-function could not be asked: it failed \(out of memory\); its log/,
    ],
  ])('%s', async (_, answer, reason) => {
    const aws = await startStacks();
    aws.answer = answer;
    await expect(ask()).rejects.toThrow(reason);
  });

  test('AWS refuses it', async () => {
    const aws = await startStacks();
    aws.refusal = 'AccessDeniedException';
    await expect(ask()).rejects.toThrow(
      'the function the-function could not be asked: AWS refused it (not for you); lambda:InvokeFunction is needed',
    );
  });

  test('no answer comes', async () => {
    const aws = await startStacks();
    aws.answer = () => new Promise(() => {});
    const hurried = { ...surroundings(), requestTimeoutMs: 50 };
    await expect(invokeMonitor(MONITOR, { silences: true }, hurried)).rejects.toThrow(
      /the function the-function could not be asked: .*(timed out|timeout|exceeded)/i,
    );
    expect(aws.invoked).toHaveLength(1);
  });

  test('a person interrupts it', async () => {
    const aws = await startStacks();
    const interrupt = new AbortController();
    aws.answer = () => {
      interrupt.abort(new Error('interrupted'));
      return new Promise(() => {});
    };
    const around = { ...surroundings(), signal: interrupt.signal };
    await expect(invokeMonitor(MONITOR, { silences: true }, around)).rejects.toThrow(
      /^interrupted$/,
    );
  });
});
