import { expect } from 'vitest';
import { type CliOptions, type CliResult, cli, TOKEN } from './cli.ts';

/** Long enough for a busy machine. A test of a server that keeps silent sets a shorter one. */
const REQUEST_TIMEOUT_MS = 1_000;
export const RANGE = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];

export const check = (url: string, args: readonly string[] = RANGE, options: CliOptions = {}) =>
  cli(['check', '--json', '--togai-base-url', url, ...args], {
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...options,
  });

/** Expects everything that all refusals have in common. Gives the sentence. */
export function refusal({ exitCode, stdout, stderr }: CliResult): string {
  const sentence = stderr.trim().split('\n').at(-1) ?? '';
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).not.toContain(TOKEN);
  expect(stderr).not.toContain('secret');
  expect(sentence).toMatch(/^unmetered: /);
  expect(sentence.length).toBeLessThan(420);
  return sentence;
}
