import { Aws, CfnCondition, Fn, type Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge } from './acknowledge.ts';

/** A managed policy that only some deployments have. */
interface OnCallPolicy {
  readonly arn: string;
  readonly isWanted: CfnCondition;
}

/**
 * Lets people on call ask the function, and find it by the name of the stack. Nobody has it until it is attached to a role, a group
 * or a permission set.
 *
 * @param wanted a token of `yes` or `no`
 */
export function createOnCallPolicy(stack: Stack, asked: IFunction, wanted: string): OnCallPolicy {
  const isWanted = new CfnCondition(stack, 'OnCallPolicyWanted', {
    expression: Fn.conditionEquals(wanted, 'yes'),
  });
  const policy = new CfnManagedPolicy(stack, 'PolicyOfPeopleOnCall', {
    description: `${Aws.STACK_NAME}: make silences and look, by its function`,
    policyDocument: new PolicyDocument({
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [asked.functionArn],
        }),
        new PolicyStatement({
          actions: ['cloudformation:ListStackResources'],
          resources: [
            stack.formatArn({
              service: 'cloudformation',
              resource: 'stack',
              resourceName: `${Aws.STACK_NAME}/*`,
            }),
          ],
        }),
      ],
    }),
  });
  policy.cfnOptions.condition = isWanted;
  acknowledge(policy, {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/<AWS::StackName>/*]',
    reason: 'The end of the ARN of a stack is not known to people who name the stack.',
  });
  return { arn: policy.ref, isWanted };
}
