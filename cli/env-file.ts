import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { SettingError } from '../functions/monitor/errors.ts';
import { printable } from '../functions/monitor/text/text.ts';

/** The variables in a file `.env`. */
export interface EnvFile {
  readonly path: string;
  readonly variables: NodeJS.Dict<string>;
}

/**
 * The nearest `.env`, from a folder up to the root of its repository. Outside of a repository only the folder itself counts.
 *
 * @returns `undefined` if there is none
 * @throws SettingError if there is one that cannot be read
 */
export function readEnvFile(folder: string): EnvFile | undefined {
  for (const each of foldersUpToRoot(folder)) {
    const path = join(each, '.env');
    const text = readIfThere(path, each === folder ? '.env' : path);
    if (text !== undefined) return { path, variables: parseEnv(text.replace(/^\ufeff/, '')) };
  }
  return undefined;
}

/** The folder that holds `.git` is the last one. In a worktree `.git` is a file. */
function foldersUpToRoot(folder: string): string[] {
  const folders: string[] = [];
  for (let each = folder; ; each = dirname(each)) {
    folders.push(each);
    if (existsSync(join(each, '.git'))) return folders;
    if (dirname(each) === each) return [folder];
  }
}

/** @param name of the file, for messages */
function readIfThere(path: string, name: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw new SettingError(
      `the file ${printable(name)} could not be read (${code}); make it readable, or remove it and set TOGAI_TOKEN in the environment`,
      { cause: error },
    );
  }
}
