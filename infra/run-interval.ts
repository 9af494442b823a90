import { CfnMapping, Duration, Token } from 'aws-cdk-lib';
import type { Alarm, CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { DEFAULT_RUN_MINUTES } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { RUN_EVERY_MINUTES } from './all-stack-parameters.ts';

/** Time between the latest end of a run and the start of the next one, so that two runs never overlap. */
const MARGIN_SECONDS = 60;

/**
 * The interval between runs, with the values that follow from it. The minutes may be a token of a deployment.
 * Synthesis cannot compute with a token, so CloudFormation looks the values up in a mapping.
 */
export class RunInterval extends Construct {
  /** `rate(5 minutes)` */
  readonly rate: string;
  /** The longest time that a run may take. */
  readonly timeout: Duration;
  readonly #periodSeconds: number;

  /**
   * @param given 5, 10 or 15, or a token of one of them
   * @throws Error for another value that is known at synthesis
   */
  constructor(scope: Construct, id: string, given: number | string = DEFAULT_RUN_MINUTES) {
    super(scope, id);
    const minutes = String(given);
    const choices: readonly string[] = RUN_EVERY_MINUTES;
    if (!Token.isUnresolved(minutes) && !choices.includes(minutes)) {
      throw new Error(
        `runEveryMinutes: "${minutes}" is not one of ${choices.join(', ')}; write one of them`,
      );
    }
    const mapping = new CfnMapping(this, 'PerInterval', {
      // Minutes that synthesis knows need no mapping, and one that nothing uses would be reported.
      lazy: true,
      mapping: Object.fromEntries(
        choices.map((choice) => [
          choice,
          {
            PeriodSeconds: String(Number(choice) * 60),
            TimeoutSeconds: String(Number(choice) * 60 - MARGIN_SECONDS),
          },
        ]),
      ),
    });
    this.rate = `rate(${minutes} minutes)`;
    this.timeout = Duration.seconds(numberOf(mapping.findInMap(minutes, 'TimeoutSeconds')));
    this.#periodSeconds = numberOf(mapping.findInMap(minutes, 'PeriodSeconds'));
  }

  /** Makes one interval the period of an alarm. */
  setPeriodOf(alarm: Alarm): void {
    const resource = alarm.node.defaultChild as CfnAlarm;
    resource.addPropertyOverride('Period', this.#periodSeconds);
  }
}

/** A number of a mapping, which is a token where CloudFormation looks it up. */
function numberOf(text: string): number {
  return Token.isUnresolved(text) ? Token.asNumber(text) : Number(text);
}
