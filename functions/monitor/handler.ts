import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { AWS_TIMEOUTS } from './aws-timeouts.ts';
import { type Invocation, invoke } from './invoke.ts';
import { createSnsPublisher } from './notifications/delivery/sns-publisher.ts';
import { METRICS_NAMESPACE, TOKEN_PLACEHOLDER } from './settings/deployed.ts';
import { readFunctionEnvironment } from './settings/read-for-function.ts';
import { createDynamoDbStore } from './storage/dynamodb-store.ts';
import { systemClock } from './system-clock.ts';
import { connectTogai } from './togai/client.ts';
import { createSecretCredential } from './togai/token-secret.ts';

// Both are named by the environment, so that two monitors in one account are told apart.
const logger = new Logger();
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const bounded = { requestHandler: AWS_TIMEOUTS };
const secrets = new SecretsManagerClient(bounded);
const dynamoDb = new DynamoDBClient(bounded);
const sns = new SNSClient(bounded);

/** One secret is read once for all runs of a warm process. */
let credential: ReturnType<typeof createSecretCredential> | undefined;

/** How long before its end a function is told to stop, and how long before that it stops counting. */
const STOP_EARLY_MS = 5_000;
const STOP_COUNTING_EARLY_MS = 20_000;
const LEASE_MARGIN_MS = 30_000;

export const handler = middy<Invocation, unknown, Error, Context>({
  timeoutEarlyInMillis: STOP_EARLY_MS,
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler((invocation, context, { signal }) => {
    const { secretId, tableName, topicArn, ...environment } = readFunctionEnvironment(process.env);
    credential ??= createSecretCredential(secrets, {
      secretId,
      placeholder: TOKEN_PLACEHOLDER,
    });
    const remainingMs = context.getRemainingTimeInMillis();
    return invoke(invocation, {
      environment,
      credential,
      openTogai: connectTogai,
      store: createDynamoDbStore(dynamoDb, tableName),
      publisher: createSnsPublisher(sns, topicArn),
      clock: systemClock,
      // Not the request's id: an event that is delivered twice brings the same one.
      runId: randomUUID(),
      leaseMs: remainingMs + LEASE_MARGIN_MS,
      signal,
      softDeadline: AbortSignal.timeout(Math.max(1_000, remainingMs - STOP_COUNTING_EARLY_MS)),
      log: (message, line) => logger.info(message, line),
      measure: ({ name, unit, value }) => metrics.addMetric(name, unit, value),
    });
  });
