import { SettingError } from '../errors.ts';
import { variableOf } from './names.ts';
import type { RunEnvironment } from './read-for-run.ts';
import { SETTINGS } from './table.ts';

/** What the function is told by its environment beside the settings. */
export interface FunctionEnvironment extends RunEnvironment {
  readonly secretId: string;
  readonly tableName: string;
  readonly topicArn: string;
}

/** @throws SettingError where the stack has left something out */
export function readFunctionEnvironment(env: NodeJS.ProcessEnv): FunctionEnvironment {
  const needed = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new SettingError(
      `the variable ${name} of the function is not set; deploy the stack again`,
    );
  };
  return {
    textOf: (key) => env[variableOf(SETTINGS[key])],
    dashboardUrl: env.DASHBOARD_URL ?? '',
    secretId: needed('SECRET_ID'),
    tableName: needed('TABLE_NAME'),
    topicArn: needed('TOPIC_ARN'),
  };
}
