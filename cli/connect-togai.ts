import type { setGlobalProxyFromEnv } from 'node:http';
import { SettingError } from '../functions/monitor/errors.ts';
import { isLoopback } from '../functions/monitor/settings/urls.ts';
import { printable } from '../functions/monitor/text/text.ts';
import type { TogaiClient, TogaiClientOptions } from '../functions/monitor/togai/client.ts';
import { naming } from './flags.ts';

/** The launcher hides NODE_USE_ENV_PROXY from Node.js, which would end in a stack trace where a proxy is not an address. */
const USE_PROXY = 'UNMETERED_ENV_PROXY';
const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1', '[::1]'];

/**
 * Like `connectTogai` of the monitor. Its client is loaded here, so that help and refusals come at once. Each warning is printed
 * once: Togai may throttle a hundred requests.
 */
export async function connectTogai(options: TogaiClientOptions): Promise<TogaiClient> {
  const client = await import('../functions/monitor/togai/client.ts');
  const warnings = new Set<string>();
  return client.connectTogai({
    ...options,
    onWarning(message) {
      if (!warnings.has(message)) options.onWarning?.(message);
      warnings.add(message);
    },
  });
}

/**
 * Lets requests go through the proxy that the environment names, if NODE_USE_ENV_PROXY=1 asks for that. Requests to this machine
 * never do. Call it before the first request.
 *
 * @throws SettingError for a proxy that is not an address
 */
export async function useProxy(baseUrl: string, env: NodeJS.ProcessEnv): Promise<void> {
  const named = PROXY_VARIABLES.filter((variable) => env[variable]);
  if (named.length === 0) return;
  const { hostname } = new URL(baseUrl);
  const direct = [...LOOPBACK_HOSTS, ...(isLoopback(hostname) ? [hostname] : [])];
  const before = [env.NO_PROXY, env.no_proxy].filter((hosts) => hosts);
  env.NO_PROXY = [...before, ...direct].join(',');
  env.no_proxy = env.NO_PROXY;
  if (env[USE_PROXY] !== '1') return;
  const { setGlobalProxyFromEnv } = await import('node:http');
  for (const variable of named) {
    const address = env[variable] ?? '';
    naming(variable, () => checkProxy(address, setGlobalProxyFromEnv));
  }
  setGlobalProxyFromEnv(env);
}

function checkProxy(address: string, setProxy: typeof setGlobalProxyFromEnv): void {
  try {
    const restore = setProxy({ HTTPS_PROXY: address });
    restore();
  } catch (error) {
    const withoutLogin = printable(address.replace(/^.*@/s, '...@'), 200);
    throw new SettingError(
      `"${withoutLogin}" is not the address of a proxy; write it with its scheme and port, such as http://proxy.example.com:3128`,
      { cause: error },
    );
  }
}
