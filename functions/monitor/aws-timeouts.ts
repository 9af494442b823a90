/**
 * Timeouts for the AWS clients. By default they wait for ever, so one call without an answer would take a whole run. They try a
 * call three times, so a call that hangs takes about 15 s. A run keeps that much time between its soft and its hard deadline.
 */
export const AWS_TIMEOUTS = {
  connectionTimeout: 2_000,
  /** Until an answer begins. Without the next line the SDK only logs it. */
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  /** Between the parts of an answer. */
  socketTimeout: 5_000,
} as const;
