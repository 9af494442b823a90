import type { Context } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';

/**
 * The handler in this process, with these environment variables and no others of its own.
 *
 * @returns `logs`: the lines that it writes, from now on
 */
export async function startHandler(variables: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const logs: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void logs.push(parts.join(' ')));
  }
  vi.resetModules();
  const { handler } = await import('../../functions/monitor/handler.ts');
  const context = {
    awsRequestId: 'request',
    functionName: 'monitor',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:monitor',
    getRemainingTimeInMillis: () => 60_000,
  } as Context;
  return { logs, invoke: (event = {}) => handler(event, context) as Promise<unknown> };
}
