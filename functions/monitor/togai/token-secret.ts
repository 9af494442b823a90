import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SettingError } from '../errors.ts';
import type { Credential } from '../ports.ts';

/** Errors of Secrets Manager that another attempt would not change: a person has to act. */
const LASTING_ERRORS = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidRequestException',
  'ResourceNotFoundException',
]);

interface SecretOptions {
  readonly secretId: string;
  /** The content of a new secret, until somebody puts a token there. It is never sent anywhere. */
  readonly placeholder: string;
}

/**
 * The token in a secret: plain text, or JSON with a key `token`. It is kept as long as the process lives, so a warm run makes no
 * call to Secrets Manager.
 *
 * The SDK reads it, not middy's middleware. A rejected token must be read again in the same run, because it may have been rotated.
 * The middleware also existed only for middy 6, and two majors of middy do not go together (docs/decisions.md, 7).
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
      if (!LASTING_ERRORS.has(name)) throw error;
      throw new SettingError(
        `the secret with Togai's token cannot be read (${name}); check that it exists, and that the function's role may read it and use its key`,
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

/** @throws SettingError where the secret holds no token; its message quotes nothing of the secret */
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
    // Reported below, without the parser's message, which would quote the secret.
  }
  throw new SettingError(
    'the secret is JSON without a "token" that is a text; store the token alone, or {"token":"..."}',
  );
}
