import { MonitorError } from '../../functions/monitor/errors.ts';
import { printable } from '../../functions/monitor/text/text.ts';

/** Nobody can be asked, because this machine is not set up for AWS. */
class NoAwsError extends MonitorError {}

/**
 * Says why AWS did not do it.
 *
 * @param attempt the step in words: `the stack Monitor could not be read`
 * @param advice the next step where AWS refuses
 * @throws the reason of the signal once that is aborted; MonitorError otherwise
 */
export function awsFailure(
  error: unknown,
  attempt: string,
  advice: string,
  signal: AbortSignal,
): never {
  signal.throwIfAborted();
  const missing = missingOf(error as Error);
  if (missing !== undefined) throw new NoAwsError(`${attempt}: ${missing}`, { cause: error });
  throw new MonitorError(`${attempt}: ${reasonOf(error as Error, advice)}`, { cause: error });
}

/** Another way for people without AWS. @param way the end of the message: `, or name a state file` */
export function orWithoutAws(way: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof NoAwsError)) throw error;
    throw new NoAwsError(`${error.message}${way}`, { cause: error });
  };
}

function missingOf({ name, message }: Error): string | undefined {
  if (/^(CredentialsProvider|TokenProvider|Credential)/.test(name)) {
    return 'no AWS credentials were found; sign in (aws sso login), or set AWS_PROFILE';
  }
  return /^Region is missing/.test(message) ? 'no AWS region is known; set AWS_REGION' : undefined;
}

function reasonOf({ name, message }: Error, advice: string): string {
  const why = printable(message || name, 400).replace(/\.$/, '');
  if (/AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidClientToken/.test(name)) {
    return `AWS refused it (${why}); ${advice}`;
  }
  return why;
}
