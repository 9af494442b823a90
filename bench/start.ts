import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../infra/bundling.ts';
import { median } from './rolling.ts';

/** The import of the bundled handler at a cold start, against the SDK clients alone, bundled in the same way. */

const ROUNDS = 15;
const HANDLER = fileURLToPath(new URL('../functions/monitor/handler.ts', import.meta.url));

/** The SDK clients and commands of the handler. */
const CLIENTS = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
  import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
  import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
  export const clients = [new DynamoDBClient(), new SecretsManagerClient(), new SNSClient()];
  export const commands = [GetItemCommand, PutItemCommand, QueryCommand, GetSecretValueCommand, PublishCommand];
`;

export interface StartCost {
  readonly handlerMs: number;
  readonly clientsMs: number;
  readonly handlerKb: number;
  readonly clientsKb: number;
}

export async function measureStart(): Promise<StartCost> {
  const folder = mkdtempSync(join(tmpdir(), 'unmetered-bench-'));
  const clientsSource = fileURLToPath(new URL('clients.generated.ts', import.meta.url));
  try {
    writeFileSync(clientsSource, CLIENTS);
    const handler = await bundle(HANDLER, join(folder, 'handler.mjs'));
    const clients = await bundle(clientsSource, join(folder, 'clients.mjs'));
    const times = { handler: [] as number[], clients: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      times.handler.push(await importMs(handler));
      times.clients.push(await importMs(clients));
    }
    return {
      handlerMs: median(times.handler),
      clientsMs: median(times.clients),
      handlerKb: statSync(handler).size / 1_000,
      clientsKb: statSync(clients).size / 1_000,
    };
  } finally {
    rmSync(clientsSource, { force: true });
    rmSync(folder, { recursive: true });
  }
}

export async function bundle(entry: string, outfile: string): Promise<string> {
  const { banner, ...options } = BUNDLING;
  await build({
    ...options,
    banner: { js: banner },
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
  });
  return outfile;
}

async function importMs(file: string): Promise<number> {
  const code = `const begun = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - begun);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { AWS_REGION: 'eu-central-1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Number(await text(child.stdout));
}
