import type { CountingOptions } from '../counting/options.ts';
import type { EvaluationOptions } from '../incidents/advance-alerts.ts';
import type { LinkOptions } from '../notifications/formats/context.ts';
import type { MuteSetting } from './mute-until.ts';

/** The settings of one run, worked out for its scheduled time: the options of each folder, in that folder's own type. */
export interface RunSettings
  extends CountingOptions,
    Pick<EvaluationOptions, 'minimumEvents'>,
    LinkOptions {
  readonly mute: MuteSetting;
  /** What is wrong with settings and only shows at run time, in sentences; empty if nothing is. */
  readonly problem: string;
}

/** How Togai is asked. */
export interface TogaiSettings {
  /** `undefined` where it cannot be used: then nothing is sent, for a token goes nowhere that was not meant. */
  readonly baseUrl: string | undefined;
  readonly requestsPerSecond: number;
}
