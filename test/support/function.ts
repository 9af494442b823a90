import { type FakeAws, startFakeAws } from './aws.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startHandler } from './handler.ts';

export interface InvokedFunction {
  readonly aws: FakeAws;
  /** Each line that was logged, as it is written. */
  readonly logs: string[];
  invoke(event?: object): Promise<unknown>;
}

/** The handler as it is, with its logger and with real clients, against servers on this machine. */
export async function deployFunction(
  togaiUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<InvokedFunction> {
  const { table, url } = await startDynamoDb();
  const aws = await startFakeAws('tgi-secret-0123456789');
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SNS: aws.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: aws.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    SECRET_ID: 'togai-token',
    TABLE_NAME: table,
    TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
    DASHBOARD_URL: 'https://console.example/dashboard',
    RUNBOOK_URL: 'https://example.com/runbook',
    TOGAI_BASE_URL: togaiUrl,
    MAX_REQUESTS_PER_SECOND: '100',
    // Log and measure through the console that is listened to here.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    ...env,
  };
  return { aws, ...(await startHandler(environment)) };
}
