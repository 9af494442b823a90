import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const CONSOLE_HOST = 'console.aws.amazon.com';

/** Source: AWS documentation of each partition. */
const OTHER_HOSTS = [
  { id: 'IsChina', partition: 'aws-cn', host: 'console.amazonaws.cn' },
  { id: 'IsGovCloud', partition: 'aws-us-gov', host: 'console.amazonaws-us-gov.com' },
] as const;

/**
 * The host of the AWS console in the partition of the stack. A partition that is not listed gets the host of most
 * accounts: a mapping would fail the deployment because of a link.
 */
export function consoleHost(scope: Construct): string {
  return OTHER_HOSTS.reduce((otherwise: string, { id, partition, host }) => {
    const condition = new CfnCondition(scope, id, {
      expression: Fn.conditionEquals(Aws.PARTITION, partition),
    });
    return Fn.conditionIf(condition.logicalId, host, otherwise).toString();
  }, CONSOLE_HOST);
}
