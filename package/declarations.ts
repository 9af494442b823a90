import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An import of another file of ours, at the top or within a type. */
const RELATIVE_IMPORT = /((?:from |import\()["'])(\.{1,2}\/[^"']+)\.ts(?=["'])/g;

/**
 * Writes the declarations of the construct into a folder: those of the entry, and of the files that it imports. An import names
 * JavaScript there, because a compiler of another project may refuse `.ts`.
 */
export function writeDeclarations(checkout: string, folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'unmetered-declarations-'));
  try {
    execFileSync('tsc', ['-p', join(checkout, 'package'), '--outDir', emitted], {
      stdio: 'inherit',
    });
    const entry = join('infra', 'index.d.ts');
    const found = new Set([entry]);
    for (const file of found) {
      const text = readFileSync(join(emitted, file), 'utf8');
      const target = join(folder, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text.replace(RELATIVE_IMPORT, '$1$2.js'));
      for (const [, , path = ''] of text.matchAll(RELATIVE_IMPORT)) {
        found.add(join(dirname(file), `${path}.d.ts`));
      }
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}
