import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SettingError } from '../functions/monitor/errors.ts';
import type { Credential } from '../functions/monitor/ports.ts';

/** The token and the base URL in the environment or in a file `.env`. */
export interface TogaiEnvironment {
  readonly token: string | undefined;
  readonly baseUrl: string | undefined;
}

/**
 * `TOGAI_TOKEN` and `TOGAI_BASE_URL` from the environment, else from the file `.env` in a folder.
 * No other variable is read.
 *
 * @throws SettingError if there is a `.env` that cannot be read
 */
export function readTogaiEnvironment(env: NodeJS.ProcessEnv, folder: string): TogaiEnvironment {
  const file = readEnvFile(join(folder, '.env'));
  return {
    token: env.TOGAI_TOKEN ?? file.TOGAI_TOKEN,
    baseUrl: env.TOGAI_BASE_URL ?? file.TOGAI_BASE_URL,
  };
}

/** @throws SettingError if there is no token */
export function requireToken({ token }: TogaiEnvironment): string {
  if (token !== undefined) return token;
  throw new SettingError(
    "no token was found; put Togai's API token into the variable TOGAI_TOKEN or into a file .env (TOGAI_TOKEN=...); an option would show it to the other users of this machine",
  );
}

/** A token that is the same for the whole process. */
export function fixedCredential(token: string): Credential {
  return { read: () => Promise.resolve(token), readAgain: () => Promise.resolve(token) };
}

function readEnvFile(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return {};
    throw new SettingError(
      `the file .env could not be read (${code}); make it readable, or remove it and set TOGAI_TOKEN in the environment`,
      { cause: error },
    );
  }
}
