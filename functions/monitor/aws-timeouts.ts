/**
 * For the clients of AWS, which wait for ever by themselves: a call that is never answered would take a whole run. They try a
 * call three times, so one that hangs takes about fifteen seconds: what a run keeps for its end.
 */
export const AWS_TIMEOUTS = {
  connectionTimeout: 2_000,
  /** Until an answer begins; without the next line it is only logged. */
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  /** Between the parts of an answer. */
  socketTimeout: 5_000,
} as const;
