import { type MonitorError, SettingError, TogaiError, type TogaiFailure } from '../errors.ts';
import { counted } from '../text/text.ts';
import {
  type FailureState,
  noteFinished,
  noteSettings,
  noteUnfinished,
} from './monitor-failures.ts';

/** What a lock screen has room for. */
const HEADLINES: Readonly<Record<TogaiFailure, string>> = {
  unauthorized: 'Togai does not accept the token',
  forbidden: 'The token may not list usage events',
  refused: 'Togai refuses what it is asked',
  throttled: "Togai's quota is used up",
  unavailable: 'Togai does not answer as it should',
  unreachable: 'Togai cannot be reached',
  unreadable: "Togai's answers cannot be read",
  uncountable: "Togai's answers do not add up",
};

/** The state after counting, with the notifications about the monitor itself. */
export function noteOutcome<S extends FailureState>(
  state: S,
  error: MonitorError | undefined,
  at: number,
  settings: { readonly problem: string; readonly repeatMs: number },
): S {
  const { problem, repeatMs } = settings;
  const noted = noteSettings(state, { at, what: problem, repeatMs });
  if (!error) return noteFinished(noted, at);
  const isTogai = error instanceof TogaiError;
  const atOnce = error instanceof SettingError || (isTogai && error.failure === 'unauthorized');
  const cause = isTogai ? error.failure : error.message;
  const headline = isTogai ? HEADLINES[error.failure] : 'The token or a setting cannot be used';
  const runs = noted.unfinished > 1 ? ` (${counted(noted.unfinished, 'run')} in a row)` : '';
  const what = `${headline}: usage events could not be counted${runs}: ${error.message}`;
  return noteUnfinished(
    { ...noted, problem: { what, cause } },
    { at, what, cause, atOnce, repeatMs },
  );
}
