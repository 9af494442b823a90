import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../infra/bundling.ts';
import { median } from './rolling.ts';

/**
 * Start-up times. The import of the bundled handler at a cold start is compared with the SDK clients alone, bundled in the same
 * way. The program is compared with a script with one request.
 */

const ROUNDS = 15;
export const PROGRAM = fileURLToPath(new URL('../cli/unmetered.js', import.meta.url));
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

export interface ProgramCost {
  readonly helpMs: number;
  readonly checkMs: number;
  readonly oneFetchMs: number;
}

/** The whole life of processes, with a compile cache that earlier ones have filled: `--version`, and a check with one request. */
export async function measureProgram(): Promise<ProgramCost> {
  const server = createServer((_, response) => response.end('{"events":[],"nextToken":null}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const program = ['--optimize-for-size', PROGRAM];
  // One bucket.
  const range = ['--from', '2026-03-02T09:00', '--to', '2026-03-02T09:05'];
  const check = [...program, 'check', ...range, '--togai-base-url', url];
  const times = { help: [] as number[], check: [] as number[], oneFetch: [] as number[] };
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const help = await lifeMs([...program, '--version']);
      const checkMs = await lifeMs(check);
      const oneFetch = await lifeMs(['-e', `fetch('${url}').then((answer) => answer.text())`]);
      // The first round fills the cache.
      if (round === 0) continue;
      times.help.push(help);
      times.check.push(checkMs);
      times.oneFetch.push(oneFetch);
    }
  } finally {
    server.close();
  }
  return {
    helpMs: median(times.help),
    checkMs: median(times.check),
    oneFetchMs: median(times.oneFetch),
  };
}

export async function lifeMs(args: readonly string[], token = 'token'): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TOGAI_TOKEN: token },
    stdio: 'ignore',
  });
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}`);
  return performance.now() - begun;
}

export async function bundle(entry: string, outfile: string): Promise<string> {
  await build({ ...BUNDLING, entryPoints: [entry], outfile, logLevel: 'error' });
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
