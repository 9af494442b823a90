import { TogaiError } from '../errors.ts';

/**
 * The error of a list that cannot be counted, with the reason why Togai metrics cannot count instead. Other errors stay as they
 * are, because they say themselves how to mend the list.
 *
 * @param metricsProblem as the end of a sentence; `undefined` where nothing is wrong with Togai metrics
 */
export function neitherSource<E>(error: E, metricsProblem: string | undefined): E | TogaiError {
  if (metricsProblem === undefined) return error;
  if (!(error instanceof TogaiError) || error.failure !== 'uncountable') return error;
  // The permission for metrics is the easier thing to get, so it is the only advice.
  const message = `${error.withoutAdvice}, and ${metricsProblem}`;
  return new TogaiError(error.failure, message, { cause: error });
}
