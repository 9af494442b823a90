import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

interface Finding {
  /** The complete id of a finding, such as `AwsSolutions::AwsSolutions-SQS3`. */
  readonly id: string;
  readonly reason: string;
}

/** Tells checks such as cdk-nag why a finding is right as it is. Versions of aws-cdk-lib before 2.262 have no such checks. */
export function acknowledge(construct: IConstruct, ...findings: readonly Finding[]): void {
  if (!('Validations' in cdk)) return;
  cdk.Validations.of(construct).acknowledge(...findings);
}
