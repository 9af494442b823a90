#!/usr/bin/env -S -u NODE_USE_ENV_PROXY UNMETERED_ENV_PROXY=${NODE_USE_ENV_PROXY} node --optimize-for-size
// A page becomes garbage at once, and V8 by default collects it only after about 100 MB. The rate of requests limits the speed,
// so more collections (--optimize-for-size) cost no time. cli/connect-togai.ts says why a variable is renamed.
import { existsSync } from 'node:fs';
import module from 'node:module';

module.enableCompileCache?.();
// A checkout has the sources, and the package has JavaScript.
const isCheckout = existsSync(new URL('main.ts', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (!isCheckout && (major < 22 || (major === 22 && minor < 12))) {
  end(`Node.js ${process.version} is too old; use Node.js 22.12 or newer`);
} else {
  try {
    await import(isCheckout ? './main.ts' : '../dist/cli/main.js');
  } catch (error) {
    const lacksTypeScript = error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    if (!lacksTypeScript && !/^Cannot find package/.test(error.message)) throw error;
    end(
      lacksTypeScript
        ? `Node.js ${process.version} cannot run TypeScript; run npm ci, which brings a Node.js that can`
        : 'its packages are not installed; run npm ci in its folder first',
    );
  }
}

function end(why) {
  process.stderr.write(`unmetered: ${why}\n`);
  process.exitCode = 2;
}
