import { Aws, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { TOKEN_PLACEHOLDER } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { acknowledge } from './acknowledge.ts';

/** A secret for Togai's API token. It holds a placeholder until a person puts the token there. */
export function createTokenSecret(scope: Construct, monitorName: string): Secret {
  const secret = new Secret(scope, 'Token', {
    description: `${monitorName}: the API token for Togai`,
    // Never change the text: CloudFormation would overwrite the token with it.
    secretStringValue: SecretValue.unsafePlainText(TOKEN_PLACEHOLDER),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  acknowledge(secret, {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason:
      'Togai issues the token and has no call that renews it, so no function can rotate it. A person rotates it with the command in the outputs, and the function then reads the new one by itself.',
  });
  return secret;
}

/**
 * Reads the token without an echo and pipes it, so that it is neither shown nor in a list of processes. `-icanon`: a
 * terminal that edits lines cuts a line after 4,095 characters. Ctrl-C restores the terminal too.
 */
export function setTokenCommand(secret: ISecret): string {
  const readToken = `S=$(stty -g); trap 'stty "$S"; exit 130' INT; stty -echo -icanon; IFS= read -r TOKEN; stty "$S"`;
  return `(${readToken}; printf %s "$TOKEN" | aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin)`;
}
