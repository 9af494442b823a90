import { CfnCondition, Fn, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The condition that a value of the deployment is not empty; `undefined` for a value known at synthesis. */
export function createGiven(scope: Construct, id: string, value: string): CfnCondition | undefined {
  if (!Token.isUnresolved(value)) return undefined;
  return new CfnCondition(scope, id, {
    expression: Fn.conditionNot(Fn.conditionEquals(value, '')),
  });
}
