import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { renderPage } from './preview/page.ts';
import type { Surroundings } from './terminal.ts';

/** `unmetered preview` */
export function definePreview(command: Command, around: Surroundings): void {
  command
    .option('--out <FILE>', 'the file to write', 'preview.html')
    .action(async ({ out }: { out: string }) => {
      await writePage(out);
      around.stdout.write(`Every notification is shown in ${out}; open it in a browser.\n`);
    });
}

/** @throws SettingError if the file cannot be written */
async function writePage(path: string): Promise<void> {
  try {
    await writeFile(path, renderPage());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(`--out: ${path} cannot be written (${code}); choose another file`, {
      cause: error,
    });
  }
}
