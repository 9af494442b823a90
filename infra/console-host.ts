import { Aws, CfnCondition, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const CONSOLE_HOST = 'console.aws.amazon.com';

/** Source: AWS documentation of each partition. */
const OTHER_HOSTS = [
  { id: 'UnmeteredEventsInChina', partition: 'aws-cn', host: 'console.amazonaws.cn' },
  {
    id: 'UnmeteredEventsInGovCloud',
    partition: 'aws-us-gov',
    host: 'console.amazonaws-us-gov.com',
  },
] as const;

/**
 * The host of the AWS console in the partition of the stack. A partition that is not listed gets the host of most
 * accounts: a mapping would fail the deployment because of a link.
 */
export function consoleHost(scope: Construct): string {
  const stack = Stack.of(scope);
  return OTHER_HOSTS.reduce((otherwise: string, { id, partition, host }) => {
    // Monitors of one stack share the conditions: AWS CDK warns of two that are equal.
    const condition =
      (stack.node.tryFindChild(id) as CfnCondition | undefined) ??
      new CfnCondition(stack, id, { expression: Fn.conditionEquals(Aws.PARTITION, partition) });
    return Fn.conditionIf(condition.logicalId, host, otherwise).toString();
  }, CONSOLE_HOST);
}
