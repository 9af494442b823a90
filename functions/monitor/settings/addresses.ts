import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';

export const BASE_URLS: ReadonlyMap<string, string> = new Map([
  ['production', 'https://api.togai.com'],
  ['sandbox', 'https://sandbox-api.togai.com'],
]);

/** A link goes into messages as it is, so it may hold nothing that ends it. */
export function parseLink(text: string): string {
  const url = text.trim();
  if (url === '') return '';
  if (/^https?:\/\/[^\s<>|"'`]{1,500}$/.test(url) && URL.canParse(url)) return url;
  throw new SettingError(
    `"${printable(text, 80)}" is no link; write an address that begins with https://`,
  );
}

/**
 * A token goes there: `https`, or this machine.
 *
 * @returns the address without a slash at its end
 */
export function parseBaseUrl(text: string): string {
  const known = BASE_URLS.get(text.trim());
  if (known) return known;
  const url = URL.parse(text.trim());
  if (!url) {
    throw new SettingError(
      `"${printable(text, 200)}" is no address; write production, sandbox, or one such as ${BASE_URLS.get('production')}`,
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
      `"${printable(text.trim(), 200)}" would send the token unencrypted; write an https address (http only reaches this machine: localhost, 127.0.0.1)`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
