import { MonitorError } from '../../functions/monitor/errors.ts';
import { printable } from '../../functions/monitor/text/text.ts';

/**
 * Says why AWS did not do what was asked.
 *
 * @param attempt what was tried, in words: `the stack Monitor could not be read`
 * @param advice what to do where AWS refuses
 * @throws the reason of the signal once that is aborted; MonitorError otherwise
 */
export function awsFailure(
  error: unknown,
  attempt: string,
  advice: string,
  signal: AbortSignal,
): never {
  signal.throwIfAborted();
  throw new MonitorError(`${attempt}: ${reasonOf(error as Error, advice)}`, { cause: error });
}

function reasonOf({ name, message }: Error, advice: string): string {
  if (/^(CredentialsProvider|TokenProvider|Credential)/.test(name)) {
    return 'no AWS credentials were found; sign in (aws sso login), or set AWS_PROFILE';
  }
  if (/^Region is missing/.test(message)) return 'no AWS region is known; set AWS_REGION';
  const why = printable(message || name, 400).replace(/\.$/, '');
  if (/AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidClientToken/.test(name)) {
    return `AWS refused it (${why}); ${advice}`;
  }
  return why;
}
