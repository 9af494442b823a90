import type { CfnCondition } from 'aws-cdk-lib';
import { CfnRolePolicy, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Permission } from './policies-from-permissions.ts';

/** A way out for notifications that a deployment may have or not. */
export interface OptionalChannel {
  /** Variables of the function; empty texts where there is no channel. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names the permission in the role. */
  readonly permissionName: string;
  /** The permission of the function to use the channel. */
  readonly permission: Permission;
  /** The condition of the deployment that there is one. `undefined`: always. */
  readonly given: CfnCondition | undefined;
}

/**
 * Lets a role use a channel, if there is one. It is a resource of its own, because the checks of
 * cdk-nag cannot read a role with conditions inside. No resource can wait for it. So a run before
 * it cannot deliver, and the next run delivers instead.
 */
export function letUse(scope: Construct, role: Role, channel: OptionalChannel): void {
  const { permissionName: policyName, permission, given } = channel;
  const policy = new CfnRolePolicy(scope, policyName, {
    roleName: role.roleName,
    policyName,
    policyDocument: new PolicyDocument({ statements: [new PolicyStatement(permission)] }),
  });
  policy.cfnOptions.condition = given;
}
