import type { Credential } from '../functions/monitor/ports.ts';

/** A token that is the same for the whole process. */
export function fixedCredential(token: string): Credential {
  return { read: () => Promise.resolve(token), readAgain: () => Promise.resolve(token) };
}
