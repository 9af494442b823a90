import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  AWS_TIMEOUTS,
  HARD_DEADLINE_EARLY_MS,
  SOFT_DEADLINE_EARLY_MS,
  TRIES,
} from './aws-timeouts.ts';
import { invoke } from './invoke.ts';
import { LEASE_MARGIN_MS } from './lease/lease.ts';
import { createEventBridgeChannel } from './notifications/delivery/event-bridge-channel.ts';
import { createPagerChannel } from './notifications/delivery/pager-channel.ts';
import { createSnsChannel } from './notifications/delivery/sns-channel.ts';
import { createSnsSubscriptions } from './notifications/delivery/sns-subscriptions.ts';
import type { Channel, Subscriptions } from './ports.ts';
import { forLog } from './run-report.ts';
import {
  EVENT_SOURCE,
  METRICS_NAMESPACE,
  TOKEN_PLACEHOLDER,
} from './settings/names-shared-with-stack.ts';
import { type FunctionEnvironment, readFunctionEnvironment } from './settings/read-for-function.ts';
import { createDynamoDbStore } from './storage/dynamodb-store.ts';
import { systemClock } from './system-clock.ts';
import { connectTogai } from './togai/client.ts';
import { createSecretCredential } from './togai/token-secret.ts';

// The environment gives both their names, so that two monitors in one account can be distinguished.
const logger = new Logger({ jsonReplacerFn: forLog });
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const bounded = { requestHandler: AWS_TIMEOUTS, maxAttempts: TRIES };
const secrets = new SecretsManagerClient(bounded);
const dynamoDb = new DynamoDBClient(bounded);
const sns = new SNSClient(bounded);
const eventBridge = new EventBridgeClient(bounded);

/** Kept for all runs of a warm process, so that they read the secret once. */
let credential: ReturnType<typeof createSecretCredential> | undefined;

export const handler = middy<unknown, unknown, Error, Context>({
  timeoutEarlyInMillis: HARD_DEADLINE_EARLY_MS,
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler((payload, context, { signal }) => {
    const environment = readFunctionEnvironment(process.env, context.invokedFunctionArn);
    const { secretId, tableName } = environment;
    credential ??= createSecretCredential(secrets, {
      secretId,
      placeholder: TOKEN_PLACEHOLDER,
    });
    const remainingMs = context.getRemainingTimeInMillis();
    return invoke(payload, {
      environment,
      credential,
      openTogai: connectTogai,
      store: createDynamoDbStore(dynamoDb, tableName),
      channels: channelsOf(environment, context.invokedFunctionArn),
      subscriptions: subscriptionsOf(environment),
      clock: systemClock,
      // Not the id of the request. An event that is delivered twice has one id, and its two runs must not be taken for one.
      runId: randomUUID(),
      leaseMs: remainingMs + LEASE_MARGIN_MS,
      signal,
      softDeadline: AbortSignal.timeout(Math.max(1_000, remainingMs - SOFT_DEADLINE_EARLY_MS)),
      log: (message, line) => logger.info(message, line),
      measure: ({ name, unit, value }) => metrics.addMetric(name, unit, value),
    });
  });

/** The channels of this deployment. */
function channelsOf(
  { topicArn, eventBus, pagerTopicArn, monitorName }: FunctionEnvironment,
  resource: string,
): Channel[] {
  const events = { bus: eventBus, source: EVENT_SOURCE, resource };
  return [
    createSnsChannel(sns, topicArn),
    ...(eventBus === '' ? [] : [createEventBridgeChannel(eventBridge, events)]),
    ...(pagerTopicArn === '' ? [] : [createPagerChannel(sns, pagerTopicArn, monitorName)]),
  ];
}

function subscriptionsOf({
  topicArn,
  configuredSubscriptions,
  pagerTopicArn,
}: FunctionEnvironment): Subscriptions {
  return createSnsSubscriptions(sns, [
    { topicArn, configured: configuredSubscriptions },
    { topicArn: pagerTopicArn, configured: pagerTopicArn === '' ? 0 : 1 },
  ]);
}
