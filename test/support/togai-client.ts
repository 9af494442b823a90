import { fixedCredential } from '../../cli/credentials.ts';
import type { EventPage } from '../../functions/monitor/events/event.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import {
  connectTogai,
  type TogaiClient,
  type TogaiClientOptions,
} from '../../functions/monitor/togai/client.ts';
import { createJumpingClock } from './clock.ts';

export const signal = new AbortController().signal;
export const NOW = Date.UTC(2026, 10, 18, 12);

/** A client that waits without taking time. Its token is `secret`, unless the test gives another. */
export function client(
  baseUrl: string,
  options: Partial<TogaiClientOptions> & { token?: string } = {},
): Promise<TogaiClient> {
  const { token = 'secret' } = options;
  return connectTogai({
    baseUrl,
    credential: fixedCredential(token),
    tokenSource: 'TOGAI_TOKEN',
    requestsPerSecond: 10,
    clock: createJumpingClock(NOW),
    random: () => 0.5,
    ...options,
  });
}

export async function allPages(
  togai: TogaiClient | Promise<TogaiClient>,
  query: EventQuery = {},
): Promise<EventPage[]> {
  return Array.fromAsync((await togai).pages(query, signal));
}
