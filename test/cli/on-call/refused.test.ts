import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../../cli/terminal.ts';
import { startStacks } from '../../support/aws-stack.ts';
import { cli } from '../../support/cli.ts';

describe('exit code 2 and a sentence', () => {
  test('where the function refuses', async () => {
    const aws = await startStacks();
    aws.answer = () => ({ version: 1, error: 'incident: no incident u-1 is open; none is.' });
    const { stderr, exitCode } = await cli(['silence', '--incident', 'u-1', '--for', '1h']);
    expect(stderr).toBe('unmetered: --incident: no incident u-1 is open; none is\n');
    expect(exitCode).toBe(2);
  });

  test('where the command line shows a mistake already: the function is not invoked', async () => {
    const aws = await startStacks();
    const { stderr, exitCode } = await cli(['silence', 'acme', '--for', '31d']);
    expect(stderr).toContain('--for: a silence lasts 30 days at most');
    expect([aws.invoked, exitCode]).toEqual([[], 2]);
  });

  test('where there is no such stack', async () => {
    const aws = await startStacks();
    const { stderr, exitCode } = await cli(['status', '--stack', 'Typo']);
    expect(stderr).toBe(
      'unmetered: the stack Typo could not be read: Stack with id Typo does not exist\n',
    );
    expect([aws.invoked, exitCode]).toEqual([[], 2]);
  });

  test('where a person interrupts it: a silence may have been made', async () => {
    const aws = await startStacks();
    const interrupt = new AbortController();
    aws.answer = () => {
      interrupt.abort(new Interrupted(130));
      return new Promise(() => {});
    };
    const args = ['silence', 'acme', '--for', '1h'];
    const { stderr, exitCode } = await cli(args, { signal: interrupt.signal });
    expect(stderr).toMatch(
      /interrupted, and it is unknown whether it was done; look with: npx unmetered silences/,
    );
    expect(exitCode).toBe(130);
  });
});
