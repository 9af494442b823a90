import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createTable } from '../test/support/create-table.ts';
import { connectDynamoDb, credentials, startDynamoDb } from './dynamodb.ts';
import { median } from './rolling.ts';
import { NOW, serve, steady } from './served.ts';
import { bundle } from './start.ts';

/** The time of a quiet run of the bundled handler, when each endpoint answers 30 ms later. */

const LATENCY_MS = 30;
const RUNS = 12;
const HANDLER = fileURLToPath(new URL('../functions/monitor/handler.ts', import.meta.url));
const TABLE = 'monitor-table';

const RUNTIME = `
  const { handler } = await import(process.argv[1]);
  const times = [];
  for (const time of JSON.parse(process.argv[2])) {
    const context = { awsRequestId: time, functionName: 'monitor', memoryLimitInMB: '512', invokedFunctionArn: 'arn',
      getRemainingTimeInMillis: () => 240_000 };
    // In production runs are minutes apart, so none waits for the quota of the run before.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const begun = performance.now();
    const { outcome } = await handler({ time }, context);
    if (outcome !== 'finished') throw new Error(outcome);
    times.push(performance.now() - begun);
  }
  console.log(JSON.stringify({ times }));
`;

export interface QuietRun {
  readonly ms: number;
  /** Requests to Togai in one run. */
  readonly requests: number;
}

export async function measureQuietRun(): Promise<QuietRun> {
  const folder = mkdtempSync(join(tmpdir(), 'unmetered-bench-'));
  const handler = await bundle(HANDLER, join(folder, 'handler.mjs'));
  const hours = 2;
  const served = await serve({
    scenario: steady(500, hours * 3_600_000),
    quota: 10,
    latencyMs: LATENCY_MS,
  });
  const dynamoDb = await startDynamoDb();
  const client = connectDynamoDb(dynamoDb.endpoint);
  await createTable(client, TABLE);
  client.destroy();
  const farDynamoDb = createFar(dynamoDb.port);
  const secrets = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    const answer = JSON.stringify({ Name: 'token', SecretString: served.token });
    setTimeout(() => response.end(answer), LATENCY_MS);
  });
  const times = Array.from({ length: RUNS }, (_, run) =>
    new Date(NOW - (RUNS - run) * 300_000).toISOString(),
  );
  try {
    const lines = await invoke(handler, times, {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await listen(farDynamoDb)}`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${await listen(secrets)}`,
      TOGAI_BASE_URL: served.url,
    });
    const runs = lines.filter(({ message }) => message === 'run');
    // The first runs count a whole window, so only the later runs are quiet.
    const steadyRuns = runs.slice(RUNS / 2);
    return {
      ms: median(lines.at(-1).times.slice(RUNS / 2)),
      requests: median(steadyRuns.map(({ requests }) => requests)),
    };
  } finally {
    for (const server of [farDynamoDb, secrets]) server.close();
    dynamoDb.close();
    await served.close();
    rmSync(folder, { recursive: true });
  }
}

/** Invokes the handler once for each time, in a process of its own. @returns its log, and a last line with the times in ms */
async function invoke(handler: string, times: readonly string[], env: NodeJS.Dict<string>) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      RUNTIME,
      '--',
      pathToFileURL(handler).href,
      JSON.stringify(times),
    ],
    {
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        SECRET_ID: 'token',
        TABLE_NAME: TABLE,
        TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
        THRESHOLDS: 'unmetered >= 1000000',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A proxy that passes requests on to a port of this machine, {@link LATENCY_MS} later. */
function createFar(port: number): Server {
  return createServer((incoming, outgoing) => {
    setTimeout(() => {
      const { method, headers, url } = incoming;
      const onward = httpRequest(
        { port, host: '127.0.0.1', method, headers, path: url },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(onward);
    }, LATENCY_MS);
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
