import { MonitorError, SettingError } from '../../functions/monitor/errors.ts';
import type { OnCallAnswers, RefusedAnswer } from '../../functions/monitor/on-call/answer.ts';
import { ANSWER_VERSION } from '../../functions/monitor/on-call/answer-json.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import type { Surroundings } from '../terminal.ts';
import { clientOptions } from './aws-clients.ts';
import { awsFailure } from './aws-failure.ts';
import type { DeployedMonitor } from './find-monitor.ts';

/** A payload with one of the keys that the function answers. */
export type PayloadOf<K extends keyof OnCallAnswers> = { readonly [key in K]: unknown } & {
  readonly by?: string | undefined;
};

/**
 * Asks the function of a monitor.
 *
 * @param payload see `functions/monitor/on-call/payload.ts`
 * @throws SettingError with the function's sentence where it refuses; MonitorError where it does not answer, or is of another
 *   version; the reason of the signal when it aborts
 */
export async function invokeMonitor<K extends keyof OnCallAnswers>(
  { functionName }: Pick<DeployedMonitor, 'functionName'>,
  payload: PayloadOf<K>,
  around: Surroundings,
): Promise<OnCallAnswers[K]> {
  const answer = (await invoke(functionName, payload, around)) as OnCallAnswers[K] | RefusedAnswer;
  if (answer.version !== ANSWER_VERSION) {
    throw new MonitorError(
      `the function ${functionName} is of another version than this command, and may have done a run in place of it; deploy the stack from this checkout, or use the checkout that deployed it`,
    );
  }
  if ('error' in answer) throw new SettingError(answer.error.replace(/\.$/, ''));
  return answer;
}

async function invoke(
  functionName: string,
  payload: object,
  around: Surroundings,
): Promise<object> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  // A repeated call could make a second silence.
  const client = new LambdaClient({ ...clientOptions(around), maxAttempts: 1 });
  try {
    const command = new InvokeCommand({
      FunctionName: functionName,
      Payload: JSON.stringify(payload),
    });
    const { FunctionError, Payload } = await client.send(command, { abortSignal: around.signal });
    const text = Payload?.transformToString() ?? '';
    if (FunctionError === undefined) return readAnswer(text);
    throw new Error(`it failed (${printable(errorIn(text), 300)}); its log says more`);
  } catch (error) {
    const attempt = `the function ${functionName} could not be asked`;
    return awsFailure(error, attempt, 'lambda:InvokeFunction is needed', around.signal);
  } finally {
    client.destroy();
  }
}

/** The message in the answer of a function that failed. */
function errorIn(text: string): string {
  try {
    const { errorMessage } = JSON.parse(text) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : text;
  } catch {
    return text;
  }
}

function readAnswer(text: string): object {
  const answer: unknown = JSON.parse(text === '' ? 'null' : text);
  if (typeof answer === 'object' && answer !== null) return answer;
  throw new Error('it answered without an object');
}
