import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Of `node_modules/@a/b/node_modules/c/d.js` the folder of the innermost package. */
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The names, versions and licences of the packages whose code is in a bundle. A text that several of them share stands there once.
 *
 * @param inputs the files of the bundle, relative to the checkout
 * @throws Error for a package without a licence
 */
export function noticesOf(checkout: string, inputs: Iterable<string>): string {
  const folders = new Set([...inputs].flatMap((file) => PACKAGE_FOLDER.exec(file)?.[1] ?? []));
  const namesByText = new Map<string, Set<string>>();
  for (const folder of folders) {
    const { name, text } = licenceIn(join(checkout, folder));
    namesByText.set(text, (namesByText.get(text) ?? new Set()).add(name));
  }
  const notices = [...namesByText].map(([text, names]) =>
    [[...names].sort().join('\n'), text].filter((part) => part !== '').join('\n\n'),
  );
  const head = 'This package contains code of the following packages, under their licences.';
  return `${[head, ...notices.sort()].join('\n\n\n')}\n`;
}

function licenceIn(folder: string): { name: string; text: string } {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  if (license === undefined) throw new Error(`${name} ${version} names no licence`);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name: `${name} ${version}: ${license}`, text: texts.join('\n\n') };
}
