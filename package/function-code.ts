import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** The code of the function as the package brings it. It stands in the place of `infra/function-code.ts`. */
export function functionCode(): Code {
  return Code.fromAsset(join(__dirname, '..', 'function'));
}
