import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { emptyFolder } from '../support/folder.ts';
import { standardTemplate } from './synthesized.ts';

const template = standardTemplate();
const [secret = ''] = new ConditionalDeployment(template).made('AWS::SecretsManager::Secret');
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Token-a1b2c3';
const { SetTokenCommand = '' } = new ConditionalDeployment(template, {
  [secret]: SECRET_ARN,
}).outputs();

const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
/** Gives a command a terminal of its own. The one of Linux takes pasted text from a pipe. */
const TERMINAL = 'script';
const canPaste = process.platform === 'linux' && has(TERMINAL);
const SHELLS = ['bash', 'zsh'].filter(has);

/** Stands for the AWS CLI: keeps its arguments, and the text for the secret. */
const FAKE_AWS = `#!/bin/sh
printf '%s\\n' "$@" > "$KEPT/arguments"
while [ $# -gt 1 ]; do
  if [ "$1" = --secret-string ]; then
    case $2 in
      file://*) cat "\${2#file://}" > "$KEPT/secret" ;;
      *) printf %s "$2" > "$KEPT/secret" ;;
    esac
  fi
  shift
done
`;

/** Says when typed text is no longer shown: from then on a person may paste. */
const WHEN_HIDDEN = `(
  tries=0
  until stty -a < /dev/tty | grep -q -- '-echo '; do
    tries=$((tries + 1)); [ $tries -gt 2000 ] && exit
  done
  printf 'PASTE\\n' > /dev/tty
) &`;

interface Pasted {
  /** The text in the secret afterwards; `undefined` if nothing was put there. */
  readonly stored: string | undefined;
  /** The arguments of the command line tool. */
  readonly called: string;
  /** The text that a person sees. */
  readonly screen: string;
  /** Whether the terminal shows typed text again, and takes lines. */
  readonly isRestored: boolean;
}

/** Runs the command in a terminal, and pastes a line as soon as it is not shown. */
async function paste(shell: string, text: string): Promise<Pasted> {
  const kept = emptyFolder();
  writeFileSync(join(kept, 'aws'), FAKE_AWS);
  chmodSync(join(kept, 'aws'), 0o755);
  const session = join(kept, 'session');
  writeFileSync(
    session,
    `${WHEN_HIDDEN}\n${SetTokenCommand}\nstty -a < /dev/tty > "$KEPT/terminal"\n`,
  );
  const child = spawn(TERMINAL, ['-qec', `${shell} ${session}`, '/dev/null'], {
    env: { ...process.env, PATH: `${kept}:${process.env.PATH}`, KEPT: kept, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let screen = '';
  let hasPasted = false;
  for await (const chunk of child.stdout) {
    screen += chunk;
    if (hasPasted || !screen.includes('PASTE')) continue;
    hasPasted = true;
    child.stdin.write(`${text}\n`);
  }
  child.stdin.destroy();
  const read = (name: string) => {
    const path = join(kept, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const terminal = read('terminal') ?? '';
  return {
    stored: read('secret'),
    called: read('arguments') ?? '',
    screen,
    isRestored: / echo\b/.test(terminal) && / icanon\b/.test(terminal),
  };
}

const tokenOf = (length: number): string =>
  'tgi-'
    .concat(
      Array.from({ length: Math.ceil(length / 8) }, (_, index) =>
        String(index).padStart(8, '-'),
      ).join(''),
    )
    .slice(0, length);

describe.skipIf(!canPaste).each(SHELLS)('the command that sets the token, in %s,', (shell) => {
  test.each([40, 1_000, 1_100, 4_000])('stores a token of %i characters', async (length) => {
    const { stored, called } = await paste(shell, tokenOf(length));
    expect(stored).toBe(tokenOf(length));
    expect(called).toContain(SECRET_ARN);
  });

  // A terminal that takes lines cuts one at 4,095 characters, and says nothing.
  test.each([4_095, 4_096, 5_000, 20_000])(
    'stores a token of %i characters whole, or refuses it and says why',
    async (length) => {
      const { stored, screen } = await paste(shell, tokenOf(length));
      if (stored === undefined) {
        expect(screen).toMatch(/token/i);
        expect(screen).toMatch(/4[,.]?09\d|long|cut/i);
      } else expect(stored.length).toBe(length);
      expect(stored ?? tokenOf(length)).toBe(tokenOf(length));
    },
  );

  test('shows the token to nobody: not on the screen, and not in the list of processes', async () => {
    const { called, screen } = await paste(shell, tokenOf(300));
    expect(screen).toContain('PASTE');
    expect(screen).not.toContain('tgi-');
    expect(called).not.toContain('tgi-');
  });

  test('stores nothing and leaves the terminal as it was after Ctrl-C', async () => {
    const { stored, isRestored } = await paste(shell, `tgi-half-a-token${'\x03'}`);
    expect(stored).toBeUndefined();
    expect(isRestored).toBe(true);
  });

  test('leaves the terminal as it was', async () => {
    expect((await paste(shell, tokenOf(40))).isRestored).toBe(true);
    expect((await paste(shell, tokenOf(5_000))).isRestored).toBe(true);
  });
});
