#!/usr/bin/env -S -u NODE_USE_ENV_PROXY UNMETERED_ENV_PROXY=${NODE_USE_ENV_PROXY} node --optimize-for-size
// A page becomes garbage at once, and V8 by default collects it only after about 100 MB. The rate of requests limits the speed,
// so more collections (--optimize-for-size) cost no time. cli/connect.ts says why a variable is renamed.
import module from 'node:module';

module.enableCompileCache?.();
try {
  await import('./main.ts');
} catch (error) {
  const lacksTypeScript = error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (!lacksTypeScript && !/^Cannot find package/.test(error.message)) throw error;
  const why = lacksTypeScript
    ? `Node.js ${process.version} cannot run TypeScript; run npm ci, which brings a Node.js that can`
    : 'its packages are not installed; run npm ci in its folder first';
  process.stderr.write(`unmetered: ${why}\n`);
  process.exitCode = 2;
}
