import type { Asker } from '../../functions/monitor/togai/asker.ts';
import { fixedCredential } from '../credentials.ts';
import type { Surroundings } from '../terminal.ts';
import type { LostRequest } from './request.ts';

/** @throws SettingError for a text that is no token */
export async function connect(
  { baseUrl, token, tokenSource, requestsPerSecond, checkClock }: LostRequest,
  { clock, stderr, requestTimeoutMs }: Surroundings,
): Promise<Asker> {
  // Loaded here, so that help and refusals come at once.
  const { Asker } = await import('../../functions/monitor/togai/asker.ts');
  return Asker.connect({
    baseUrl,
    tokenSource,
    credential: fixedCredential(token),
    requestsPerSecond,
    checkClock,
    clock,
    onWarning: (message) => stderr.write(`${message}\n`),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
}
