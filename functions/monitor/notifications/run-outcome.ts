import {
  ClockAheadError,
  type MonitorError,
  RefusedItemError,
  SettingError,
  TogaiError,
  type TogaiFailure,
} from '../errors.ts';
import {
  noteFinished,
  noteSettings,
  noteUnfinished,
  type RunFailureState,
} from '../incidents/note-monitor-failures.ts';
import { counted } from '../text/text.ts';

/** Short enough for a lock screen. */
const HEADLINES: Readonly<Record<TogaiFailure, string>> = {
  unauthorized: 'Togai does not accept the token',
  forbidden: 'The token may not list usage events',
  refused: 'Togai refuses the request',
  throttled: "Togai's quota is used up",
  unavailable: 'Togai does not answer as it should',
  unreachable: 'Togai cannot be reached',
  unreadable: "Togai's answers cannot be read",
  uncountable: "Togai's answers cannot be counted",
};

/** The state after counting, with the notifications about the monitor itself. */
export function noteOutcome<S extends RunFailureState>(
  state: S,
  error: MonitorError | undefined,
  at: number,
  settingsProblem: string,
): S {
  const noted = noteSettings(state, { at, what: settingsProblem });
  if (!error) return noteFinished(noted, at);
  const isUnauthorized = error instanceof TogaiError && error.failure === 'unauthorized';
  const atOnce = error instanceof SettingError || isUnauthorized;
  const { headline, cause } = natureOf(error);
  const runs = noted.unfinished > 1 ? ` (${counted(noted.unfinished, 'run')} in a row)` : '';
  const what = `${headline}. Usage events could not be counted${runs}: ${error.message}`;
  return noteUnfinished({ ...noted, problem: { what, cause } }, { at, what, cause, atOnce });
}

/** @returns `cause`: the same for failures of one kind, which people are notified of once */
function natureOf(error: MonitorError): { readonly headline: string; readonly cause: string } {
  if (error instanceof TogaiError) {
    return { headline: HEADLINES[error.failure], cause: error.failure };
  }
  if (error instanceof ClockAheadError) {
    return { headline: 'The clock of this machine is ahead', cause: 'clock' };
  }
  if (error instanceof RefusedItemError) {
    return { headline: 'The store refuses the counts', cause: 'refused item' };
  }
  return { headline: 'The token or a setting cannot be used', cause: error.message };
}
