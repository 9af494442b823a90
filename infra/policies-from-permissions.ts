import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export interface Permission {
  readonly actions: string[];
  readonly resources: string[];
  /** @default none */
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/**
 * One inline policy for each named permission. A role with these policies has all permissions that the monitor needs in
 * one place, without the grants of the CDK, which are wider.
 */
export function inlinePolicies(
  permissions: Readonly<Record<string, Permission>>,
): Record<string, PolicyDocument> {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, permission]) => [
      name,
      new PolicyDocument({ statements: [new PolicyStatement(permission)] }),
    ]),
  );
}
