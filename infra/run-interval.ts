import { CfnMapping, Duration, Token } from 'aws-cdk-lib';
import type { Alarm, CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RUN_EVERY_MINUTES } from './parameters.ts';

/** A run ends this long before the next one starts, so that two never overlap. */
const MARGIN_SECONDS = 60;

/**
 * How often a run starts, and what follows from that. The minutes may be a token of a deployment, which nothing can
 * be computed from at synthesis: so CloudFormation looks up what follows.
 */
export class RunInterval extends Construct {
  /** `rate(5 minutes)` */
  readonly rate: string;
  /** How long a run may take. */
  readonly timeout: Duration;
  readonly #periodSeconds: string;

  /** @param minutes 5, 10 or 15, or a token of one of them */
  constructor(scope: Construct, id: string, minutes: string) {
    super(scope, id);
    const choices: readonly string[] = RUN_EVERY_MINUTES;
    if (!Token.isUnresolved(minutes) && !choices.includes(minutes)) {
      throw new Error(
        `runEveryMinutes: "${minutes}" is none of ${choices.join(', ')}; write one of them`,
      );
    }
    const mapping = new CfnMapping(this, 'PerInterval', {
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
    this.timeout = Duration.seconds(Token.asNumber(mapping.findInMap(minutes, 'TimeoutSeconds')));
    this.#periodSeconds = mapping.findInMap(minutes, 'PeriodSeconds');
  }

  /** One period of the alarm is one interval. */
  followedBy(alarm: Alarm): void {
    const resource = alarm.node.defaultChild as CfnAlarm;
    resource.addPropertyOverride('Period', this.#periodSeconds);
  }
}
