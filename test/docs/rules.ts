import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { defineCommands } from '../../cli/program.ts';
import { readPayload } from '../../functions/monitor/on-call/payload.ts';
import manifest from '../../package.json' with { type: 'json' };
import { standardTemplate } from '../infra/synthesized.ts';
import { surroundings } from '../support/cli.ts';
import { accepts } from '../support/cloudformation.ts';

/** @returns the fault of a command; {@link NO_FAULT} for one that works */
type Rule = (words: readonly string[]) => Promise<string> | string;

const NO_FAULT = '';
const scripts: Readonly<Record<string, string>> = manifest.scripts;
const template = standardTemplate();
const contexts = [...readFileSync('infra/app.ts', 'utf8').matchAll(/context\('(\w+)'\)/g)].map(
  ([, name]) => name,
);

/** Commands that nothing here can try, with the reason. */
const LISTED: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^git (clone|fetch|checkout)\b/, 'it needs the repository in the network'],
  [/^git grep /, 'it reads the code of the reader'],
  [/^(mkdir|cd) /, 'it changes the folder'],
  [/^export [A-Z_]+=/, 'it sets a variable; the tests of whole pages run it'],
  [/^curl http:\/\/127\.0\.0\.1:4010\/mend$/, 'test/lost/practice.test.ts pastes it'],
  [/^npx vitest /, 'it is the program of these tests'],
  [/^npx aws-cdk init /, 'it makes an app elsewhere'],
  [/^npm init -y$/, 'it makes a package elsewhere'],
];

/** Each rule by the beginning of its commands. The first that fits decides. */
const RULES: readonly (readonly [beginning: RegExp, rule: Rule])[] = [
  [/^npx unmetered(-events-monitor)?( |$)/, faultOfCli],
  [/^npx cdk (bootstrap|deploy|destroy|diff|synth)\b|^npx cdk$/, faultOfDeployment],
  [/^npm (ci|pack|publish|start|test|run|install)\b/, faultOfNpm],
  [/^aws /, faultOfAws],
  [/^ask /, faultOfPayload],
  ...LISTED.map(([command]) => [command, () => NO_FAULT] as const),
];

/** The fault of a command of the docs; empty without one. */
export async function faultOf(words: readonly string[]): Promise<string> {
  const command = words.join(' ').replace(/^([A-Z_]+=\S+ )+/, '');
  const [, rule] = RULES.find(([beginning]) => beginning.test(command)) ?? [];
  if (!rule) return 'no rule covers it: add one to test/docs/rules.ts, or list it with a reason';
  return await rule(words);
}

/** Reads the flags and values with the parser of the command line, and does no work. */
async function faultOfCli([, , ...args]: readonly string[]): Promise<string> {
  if (args.length === 0) return NO_FAULT;
  let errors = '';
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeErr: (text) => (errors += text), writeOut: () => {} });
  await defineCommands(program, args, surroundings(), () => {});
  for (const command of program.commands) command.action(() => {});
  // A name alone stands for the command in a sentence.
  if (args.length === 1)
    return program.commands.some((c) => c.name() === args[0]) ? NO_FAULT : 'unknown';
  return await program.parseAsync(args, { from: 'user' }).then(
    () => NO_FAULT,
    () => errors,
  );
}

/** Each parameter is one of the stack, with a value that CloudFormation takes; each context is read by the app. */
function faultOfDeployment(words: readonly string[]): string {
  const valuesOf = (flag: string) =>
    words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []));
  const wrong = valuesOf('--parameters').filter((assignment) => {
    const [name = '', ...value] = assignment.split('=');
    const definition = template.Parameters[name];
    return !definition || !accepts(definition, value.join('='));
  });
  const unknown = valuesOf('-c').filter((text) => !contexts.includes(text.split('=')[0]));
  return [...wrong, ...unknown].join(', ');
}

function faultOfNpm(words: readonly string[]): string {
  const [, verb = '', script = ''] = words;
  if (verb === 'run' && !(script in scripts)) return `no script ${script}`;
  const tarball = `unmetered-events-monitor-${manifest.version}.tgz`;
  if (verb === 'install' && !script.endsWith(tarball)) return `the package is ${tarball}`;
  return words.includes('--') ? faultOfFlags(script, words.slice(words.indexOf('--'))) : NO_FAULT;
}

/** The file of the script defines each flag after `--`. Its text is read, because an import would run it. */
function faultOfFlags(script: string, words: readonly string[]): string {
  const [, file = ''] = scripts[script]?.match(/^node (\S+\.ts)$/) ?? [];
  const source = readFileSync(file, 'utf8');
  return words
    .filter((word) => /^--\w/.test(word))
    .filter((flag) => !new RegExp(`ption\\('${flag}[ ']`).test(source))
    .map((flag) => `${file} has no option ${flag}`)
    .join(', ');
}

/** AWS is not here, so its verbs are left. A word such as `TopicArn` stands for an output of the stack. */
function faultOfAws(words: readonly string[]): string {
  return words
    .filter(
      (word, index) => /^[A-Z][a-z]\w*(Arn|Url|Name)$/.test(word) && words[index - 1] !== '--query',
    )
    .filter((word) => !Object.hasOwn(template.Outputs, word))
    .join(', ');
}

/** The payload is one that the function takes. */
function faultOfPayload([, payload = '']: readonly string[]): string {
  try {
    readPayload(JSON.parse(payload));
    return NO_FAULT;
  } catch (error) {
    return String(error);
  }
}
