import type { TogaiFailure } from '../errors.ts';
import { ProxyLoginError } from './fetch-reporting-send.ts';

/**
 * An exchange without an answer that could be read to its end. The message is the second half of a sentence that begins with the
 * request: "could not connect (ECONNREFUSED)".
 */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  readonly failure: TogaiFailure;
  /** Another attempt can help. */
  readonly passing: boolean;

  constructor(failure: TogaiFailure, whatCameBack: string, passing: boolean) {
    super(whatCameBack);
    this.failure = failure;
    this.passing = passing;
  }
}

const NAME_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const PORT_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const PASSING_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);
/** A tunnel through a proxy ends with this message. */
const PROXY_LOGIN = /Proxy response \(407\)/;
/** Of HTTP's own parser, gzip, Brotli and Zstandard. */
const BROKEN_CODES = /^(Z_|ERR__ERROR_|ERR_BROTLI|ZSTD_)/;
const CERTIFICATE_CODES = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/;

/** `fetch` says only "fetch failed". The code of its cause says why. */
export function noAnswerFor(error: unknown): NoAnswer {
  const { code, name, message } = rootCause(error);
  if (error instanceof ProxyLoginError || PROXY_LOGIN.test(message)) {
    return new NoAnswer(
      'unreachable',
      'was answered with 407 by a proxy that wants a login',
      false,
    );
  }
  if (NAME_CODES.has(code)) {
    return new NoAnswer('unreachable', 'found no such host (its name does not resolve)', false);
  }
  if (PORT_CODES.has(code)) {
    return new NoAnswer('unreachable', `could not connect (${code})`, false);
  }
  if (name === 'HTTPParserError' || BROKEN_CODES.test(code)) {
    return new NoAnswer('unavailable', `gave an answer that is broken (${code || name})`, true);
  }
  if (PASSING_CODES.has(code) || code.startsWith('UND_ERR')) {
    return new NoAnswer('unavailable', `lost the connection (${code})`, true);
  }
  if (CERTIFICATE_CODES.test(code)) {
    return new NoAnswer('unreachable', `could not agree on TLS (${code})`, false);
  }
  return new NoAnswer('unreachable', `failed (${code || message || name})`, false);
}

function rootCause(error: unknown): { code: string; name: string; message: string } {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (!(cause instanceof Error)) return { code: '', name: '', message: 'for no known reason' };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { code, name: cause.name, message: cause.message };
}
