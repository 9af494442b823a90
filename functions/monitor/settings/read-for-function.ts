import { SettingError } from '../errors.ts';
import { SETTINGS } from './all-settings.ts';
import { variableOf } from './names.ts';
import {
  EVENT_BUS_VARIABLE,
  PAGER_TOPIC_VARIABLE,
  SERVICE_VARIABLE,
  SUBSCRIPTIONS_VARIABLE,
} from './names-shared-with-stack.ts';
import type { RunEnvironment } from './read-for-run.ts';

/** The environment variables of the function: its settings, and the resources of the stack. */
export interface FunctionEnvironment extends RunEnvironment {
  readonly secretId: string;
  readonly tableName: string;
  readonly topicArn: string;
  /** How many subscriptions of the topic the stack was deployed with. */
  readonly configuredSubscriptions: number;
  /** The name of the monitor in alarms and metrics. */
  readonly monitorName: string;
  /** The ARN of the pager's topic; empty for none. */
  readonly pagerTopicArn: string;
  /** The name of an EventBridge bus; empty for none. */
  readonly eventBus: string;
}

/**
 * Reads the environment of the function. Settings stay texts here: `readRunSettings` parses them in each run.
 *
 * @param functionArn the topic of the pager is in the same account and region
 * @throws SettingError for a missing variable that names a resource of the stack
 */
export function readFunctionEnvironment(
  env: NodeJS.ProcessEnv,
  functionArn: string,
): FunctionEnvironment {
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
    configuredSubscriptions: (env[SUBSCRIPTIONS_VARIABLE] ?? '').length,
    monitorName: env[SERVICE_VARIABLE] ?? '',
    pagerTopicArn: topicArnOf(env[PAGER_TOPIC_VARIABLE] ?? '', functionArn),
    eventBus: env[EVENT_BUS_VARIABLE] ?? '',
  };
}

function topicArnOf(name: string, functionArn: string): string {
  const [, partition, , region, accountId] = functionArn.split(':');
  return name === '' ? '' : `arn:${partition}:sns:${region}:${accountId}:${name}`;
}
