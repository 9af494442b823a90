import type { Surroundings } from '../terminal.ts';

/** A person waits. By default the clients wait for ever. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;

/** The timeouts of every client. Region and credentials are found as the AWS CLI finds them. */
export function clientOptions({ requestTimeoutMs = ANSWER_MS }: Surroundings) {
  return {
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // Without the next line the SDK only logs that an answer is late.
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
    },
  };
}
