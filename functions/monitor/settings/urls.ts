import { SettingError } from '../errors.ts';
import { RUNBOOK_URL } from '../notifications/formats/message-settings.ts';
import { printable } from '../text/text.ts';

/** The addresses of Togai, by environment. Source: Togai's API documentation. */
export const BASE_URLS: ReadonlyMap<string, string> = new Map([
  ['production', 'https://api.togai.com'],
  ['sandbox', 'https://sandbox-api.togai.com'],
]);

/**
 * Reads the link to the runbook. Nothing is a default that moves with the version: a stack keeps the texts of its parameters.
 *
 * @returns the link; empty for `none`
 * @throws SettingError for any other text
 */
export function parseRunbookUrl(text: string): string {
  const url = text.trim();
  if (url === '') return RUNBOOK_URL;
  return url === 'none' ? '' : parseLink(url);
}

/**
 * Reads a link for notifications. Messages carry it unescaped, so it must not hold a character that ends a link.
 *
 * @throws SettingError for a text that is not an `http` or `https` address
 */
function parseLink(url: string): string {
  if (/^https?:\/\/[^\s<>|"'`]{1,500}$/.test(url) && URL.canParse(url)) return url;
  throw new SettingError(
    `"${printable(url, 80)}" is not a link; write an address that begins with https://, or none`,
  );
}

/**
 * Reads the address of Togai: `production` (or `prod`), `sandbox`, or a URL. The API token is sent there,
 * so it has to be `https`, or `http` to this machine.
 *
 * @returns the address without a slash at its end
 * @throws SettingError for any other text
 */
export function parseBaseUrl(text: string): string {
  const name = text.trim().toLowerCase();
  const known = BASE_URLS.get(name === 'prod' ? 'production' : name);
  if (known) return known;
  const url = URL.parse(text.trim());
  if (!url) {
    throw new SettingError(
      `"${printable(text, 200)}" is not an address; write production, sandbox, or a URL such as ${BASE_URLS.get('production')}`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new SettingError(
      `the address at ${url.host} holds a user, a password, a query or a fragment; write only scheme, host and path`,
    );
  }
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!safe) {
    throw new SettingError(
      `"${printable(text.trim(), 200)}" would send the token unencrypted; write an https address (http is accepted for this machine only: localhost, 127.0.0.1)`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
