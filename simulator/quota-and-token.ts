import { MINUTE_MS, SECOND_MS } from '../functions/monitor/timeline/time.ts';

const LOCK_OUT_AFTER = 5;
const LOCK_OUT_MS = 30 * MINUTE_MS;

/** Whether a request is let in, or the answer that refuses it. */
export type Admission =
  | { readonly admitted: true; readonly mayCorrect: boolean }
  | {
      readonly admitted: false;
      readonly status: number;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    };

/**
 * Enforces the limits that Togai documents ("Quotas and limits"). The organisation has a quota of requests a second.
 * After five unauthenticated requests in 30 minutes an address is locked out. The status of that answer is not
 * documented; here it is 403.
 *
 * @returns admits or refuses the request of an address at a time (ms, any origin)
 */
export function createGuard({
  token,
  correctionToken,
  quota,
}: {
  readonly token: string;
  readonly correctionToken: string;
  readonly quota: number;
}) {
  const rejected = new Map<string, number[]>();
  const admitted: number[] = [];

  return (authorization: string | undefined, address: string, now: number): Admission => {
    const recent = (rejected.get(address) ?? []).filter((time) => now - time < LOCK_OUT_MS);
    if (recent.length >= LOCK_OUT_AFTER) {
      return {
        admitted: false,
        status: 403,
        message: 'Too many unauthenticated requests from this address.',
      };
    }
    const mayCorrect = authorization === `Bearer ${correctionToken}`;
    if (authorization !== `Bearer ${token}` && !mayCorrect) {
      rejected.set(address, [...recent, now]);
      return { admitted: false, status: 401, message: 'The credential is not valid.' };
    }
    while (admitted[0] !== undefined && now - admitted[0] >= SECOND_MS) admitted.shift();
    if (admitted.length >= quota) {
      return {
        admitted: false,
        status: 429,
        message: 'Request rate exceeded.',
        retryAfterSeconds: 1,
      };
    }
    admitted.push(now);
    return { admitted: true, mayCorrect };
  };
}
