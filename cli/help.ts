import { STATUS_GROUPS } from '../functions/monitor/events/status-groups.ts';
import { GRAMMAR } from '../functions/monitor/thresholds/grammar.ts';

/** Texts of `--help` that several commands share. Each is a block of lines. */

export const TOKEN_SOURCES = `The token is read from the variable TOGAI_TOKEN, or from a line TOGAI_TOKEN=... in a file .env, in this folder or above it
in the same repository. Each setting may stand there too (THRESHOLDS, TOGAI_BASE_URL); its option comes first.`;

export const THRESHOLD_GRAMMAR = `Thresholds: ${GRAMMAR}
  subject   a status group (${STATUS_GROUPS.join(', ')}), total,
            a status (INGESTION_COMPLETED_NO_MATCHING_METERS) or a pattern (INGESTION_FAILED_*)
  by        evaluate each account or each schema by itself
  op        >= > <= <
  limit     a number of events, or with % a share of the settled events (all but in_progress and reverted)
  for       how long it must be breached before an incident opens: 15m, 1h, 1h30m; check ignores this`;

const INTERRUPTED = '  130, 143  interrupted by Ctrl-C or by SIGTERM';

const FAILURES = `  2         failed; the last line says why
${INTERRUPTED}`;

export const EXIT_CODES = `Exit codes:
  0         done; no threshold is breached (check), no incident is open (run, status), all works (doctor)
  3         a threshold is breached (check), an incident is open (run, status), there is a reservation (doctor)
${FAILURES}`;

export const CHECK_EXIT_CODES = `Exit codes:
  0         counted; no threshold is breached
  3         counted; a threshold is breached
${FAILURES}`;

/** Of `run` and `status`. */
export const RUN_EXIT_CODES = `Exit codes:
  0         no incident is open
  3         an incident is open
${FAILURES}`;

export const ON_CALL_EXIT_CODES = `Exit codes:
  0         done
${FAILURES}`;

export const DOCTOR_EXIT_CODES = `Exit codes:
  0         the monitor can count here
  3         the monitor can count here, with a reservation
  2         the monitor cannot count here, or not from this machine; the last line says why
${INTERRUPTED}`;

export const BACKTEST_EXIT_CODES = `Exit codes:
  0         done
  2         could not; the last line says why
${INTERRUPTED}`;

export const LOST_EXIT_CODES = `Exit codes:
  0         done; also where no event was lost
  3         events were refused by Togai, or nobody knows whether they were redone
${FAILURES}`;
