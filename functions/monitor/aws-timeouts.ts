/** As many as the AWS SDK makes by default. The clients are given it, because a run reckons with it. */
export const TRIES = 3;

/**
 * Timeouts for the AWS clients. By default they wait for ever, so one call without an answer would take a whole run. They try a
 * call {@link TRIES} times.
 */
export const AWS_TIMEOUTS = {
  connectionTimeout: 2_000,
  /** Until an answer begins. Without the next line the SDK only logs it. */
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  /** Between the parts of an answer. */
  socketTimeout: 5_000,
} as const;

/** The hard deadline comes this long before Lambda kills the function: time to give the lease back and to log. */
export const HARD_DEADLINE_EARLY_MS = 5_000;
/**
 * The soft deadline comes this long before Lambda kills the function: time to evaluate and to deliver. Between the two a call
 * that hangs can end.
 */
export const SOFT_DEADLINE_EARLY_MS = HARD_DEADLINE_EARLY_MS + TRIES * AWS_TIMEOUTS.requestTimeout;
