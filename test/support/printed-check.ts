import { cli } from './cli.ts';
import { wireEvent } from './events.ts';
import { serveAnswers } from './server.ts';

const RANGE = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];
export const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** Fifteen unmetered events of acme, and five metered ones of globex. */
export function incident(account = 'acme') {
  return [
    ...Array.from({ length: 15 }, () => wireEvent({ status: UNMETERED, accountId: account })),
    ...Array.from({ length: 5 }, () => wireEvent({ accountId: 'globex' })),
  ];
}

export async function check(
  events: readonly unknown[],
  args: readonly string[] = [],
  terminal?: number,
  env = {},
) {
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  const options = { env: { TOGAI_TOKEN: 'secret', ...env } };
  return cli(
    ['check', ...RANGE, '--togai-base-url', url, ...args],
    terminal === undefined ? options : { ...options, terminalColumns: terminal },
  );
}
