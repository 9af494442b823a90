import { fileURLToPath } from 'node:url';
import { AssetHashType, type AssetOptions, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunction } from './bundling.ts';

/** Absolute, so that an app in another folder can use the construct. */
const FUNCTION = fileURLToPath(new URL('../functions', import.meta.url));

/** The code of the function, bundled at synthesis. In the package, `package/function-code.ts` stands in its place. */
export function functionCode(): Code {
  return Code.fromAsset(FUNCTION, { assetHashType: AssetHashType.OUTPUT, bundling: BUNDLED_HERE });
}

const BUNDLED_HERE: NonNullable<AssetOptions['bundling']> = {
  // The type asks for an image. None is pulled, because the bundle is always made on this machine.
  image: DockerImage.fromRegistry('none'),
  local: {
    tryBundle(folder) {
      bundleFunction(folder);
      return true;
    },
  },
};
