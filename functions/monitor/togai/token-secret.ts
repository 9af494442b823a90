import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SettingError } from '../errors.ts';
import type { Credential } from '../ports.ts';

/** What a repetition would not change. */
const UNREADABLE = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidRequestException',
  'ResourceNotFoundException',
]);

interface SecretOptions {
  readonly secretId: string;
  /** What is in the secret until somebody puts a token there; it is never sent anywhere. */
  readonly placeholder: string;
}

/**
 * The token in a secret: its plain text, or JSON with a `token` key. Read once and kept for as long as the
 * process lives, warm runs of a function included; read again when Togai rejects it.
 */
export function createSecretCredential(
  client: SecretsManagerClient,
  { secretId, placeholder }: SecretOptions,
): Credential {
  let known: string | undefined;

  async function fetchToken(): Promise<string> {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      return tokenOf(SecretString ?? '', placeholder);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (!UNREADABLE.has(name)) throw error;
      throw new SettingError(
        `the secret with Togai's token cannot be read (${name}): check that it exists and that the function's role may read it and use its key`,
        { cause: error },
      );
    }
  }

  return {
    async read() {
      known ??= await fetchToken();
      return known;
    },
    async readAgain() {
      known = await fetchToken();
      return known;
    },
  };
}

/** @throws SettingError where there is no token in it; never with any of the secret's text */
function tokenOf(secret: string, placeholder: string): string {
  const text = secret.trim();
  const token = text.startsWith('{') ? tokenOfJson(text) : text;
  if (token === '' || token === placeholder) {
    throw new SettingError(
      `the secret holds ${token === '' ? 'no token' : 'the placeholder and no token'} yet; put Togai's API token there, with the command that the stack's outputs show (nothing was sent to Togai)`,
    );
  }
  return token;
}

function tokenOfJson(text: string): string {
  try {
    const { token } = JSON.parse(text);
    if (typeof token === 'string') return token.trim();
  } catch {
    // Told below.
  }
  throw new SettingError(
    'the secret is JSON without a "token" that is a text; store the token alone, or {"token":"..."}',
  );
}
