import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../cli/program.ts';
import { Interrupted, type Output } from '../../cli/terminal.ts';
import { MINUTE } from '../simulator/simulated-togai.ts';
import { cli, NOW, surroundings } from '../support/cli.ts';
import { createHurriedClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';

const PAGE = readFileSync('docs/recover.md', 'utf8');
const SECTION = PAGE.slice(PAGE.indexOf('\n## Practise on'));
/** The lines of each block of commands. */
const [SERVER = [], LIST = [], MEND = [], LOOK = []] = [
  ...SECTION.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block.trimEnd().split('\n'));

/** Pastes lines into two terminals; the first one serves the simulated Togai. */
async function terminals() {
  let now = NOW;
  const clock = createHurriedClock(() => now);
  const folder = emptyFolder();
  const env: NodeJS.ProcessEnv = {};
  const url = await serve(() => now);

  async function paste(line: string): Promise<string> {
    const [command, ...words] = line.replaceAll('http://127.0.0.1:4010', url).trim().split(' ');
    if (command === 'export') {
      for (const word of words) {
        const [name = '', value] = word.split('=');
        env[name] = value;
      }
      return '';
    }
    if (command === 'curl') return (await fetch(words[0] ?? '')).text();
    expect([command, words.shift()]).toEqual(['npx', 'unmetered']);
    // The journal lies in the folder where a person stands.
    const journal = words.includes('--redo') ? ['--journal', `${folder}/journal.jsonl`] : [];
    const placed = words.map((word) => (word.endsWith('.jsonl') ? `${folder}/${word}` : word));
    const result = await cli([...placed, ...journal], { env, folder, clock });
    expect(result).toMatchObject({ exitCode: 0 });
    return result.stdout;
  }

  return {
    async paste(lines: readonly string[]): Promise<string> {
      const outputs: string[] = [];
      for (const line of lines) outputs.push(await paste(line));
      return outputs.join('');
    },
    wait(ms: number) {
      now += ms;
    },
    folder,
  };
}

/** Runs the command that serves the simulated Togai until the test ends, on a free port and without waits. @returns its address */
function serve(now: () => number): Promise<string> {
  const [line = ''] = SERVER;
  const args = line
    .replace('4010', '0')
    .replace('--quota 100', '--quota 1000000')
    .split(' ')
    .slice(2);
  const abort = new AbortController();
  let served: Promise<number> | undefined;
  onTestFinished(async () => {
    abort.abort(new Interrupted(130));
    await served;
  });
  return new Promise((resolve) => {
    const stdout = new Writable({
      write(chunk, _, done) {
        const [url] = /http:\S+:\d+/.exec(String(chunk)) ?? [];
        if (url) resolve(url);
        done();
      },
    }) as Output;
    const clock = createHurriedClock(now);
    served = runCli(args, { ...surroundings(), stdout, clock, signal: abort.signal });
  });
}

const countOf = (text: string, sentence: RegExp) => Number(sentence.exec(text)?.[1] ?? 0);

test('the commands of the docs, as they are pasted, bring the lost events onto the bill', async () => {
  const { paste, wait, folder } = await terminals();
  const lost = countOf(await paste(LIST), /^(\d+) lost events/m);
  expect(lost).toBeGreaterThan(50);
  const dryRun = await paste(MEND);
  const [, command = ''] = /^ {2}(npx .*)$/m.exec(dryRun) ?? [];
  await paste([command.replaceAll(`${folder}/`, '')]);
  wait(10 * MINUTE);
  const redone = countOf(await paste(LOOK), /^(\d+) events of the list: redone/m);
  expect(redone).toBeGreaterThan(0.95 * lost);
});
