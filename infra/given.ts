import {
  CfnCondition,
  CfnDynamicReference,
  CfnParameter,
  Fn,
  Reference,
  Token,
  Tokenization,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The condition that a value of the deployment is not empty; `undefined` for a value that cannot be. */
export function createGiven(scope: Construct, id: string, value: string): CfnCondition | undefined {
  if (!Token.isUnresolved(value) || isOfResource(value)) return undefined;
  return new CfnCondition(scope, id, {
    expression: Fn.conditionNot(Fn.conditionEquals(value, '')),
  });
}

/** An attribute of a resource, or a secret, is never empty, and a condition cannot refer to it. */
function isOfResource(value: string): boolean {
  return Tokenization.reverseString(value).tokens.some(
    (token) =>
      token instanceof CfnDynamicReference ||
      (Reference.isReference(token) && !(token.target instanceof CfnParameter)),
  );
}
