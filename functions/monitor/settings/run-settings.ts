import type { CountingOptions } from '../counting/counting-settings.ts';
import type { IgnoreEntries } from '../events/ignore-entries.ts';
import type { EvaluationOptions } from '../incidents/advance-incidents.ts';
import type { RenderContext } from '../notifications/formats/message-settings.ts';
import type { Weekday } from '../timeline/last-weekly-time.ts';

/**
 * The settings of one run at its scheduled time. Each folder defines the options that it needs, and this type joins
 * them. A run without usable `thresholds` evaluates nothing, so only `minimumEvents` comes from `EvaluationOptions`.
 */
export interface RunSettings
  extends CountingOptions,
    Pick<EvaluationOptions, 'minimumEvents'>,
    RenderContext {
  readonly ignoreEntries: IgnoreEntries;
  /** Whether messages show the worth of lost events. */
  readonly showsWorth: boolean;
  /** On which day people get a digest of the week; `undefined` for none. */
  readonly digestDay: Weekday | undefined;
  /** Sentences about settings that cannot be used; empty if there are none. */
  readonly problem: string;
}

export interface TogaiSettings {
  /** Without a slash at its end. `undefined` if it cannot be used: then nothing is sent, to keep the token safe. */
  readonly baseUrl: string | undefined;
  readonly requestsPerSecond: number;
}
