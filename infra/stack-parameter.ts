import type { Parameter } from '../functions/monitor/settings/setting.ts';

/** A stack parameter, defined once for the template, the console and the table in `docs/reference.md`. */
export interface StackParameter extends Parameter {
  /** The text beside the field in the console. */
  readonly label: string;
  /** The console shows stars in place of the value. @default false */
  readonly isSecret?: boolean;
}
