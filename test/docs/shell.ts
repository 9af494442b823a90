import { pageOf } from './pages.ts';

export interface Fence {
  readonly language: string;
  readonly text: string;
}

/** The blocks of code of a page, each without the indentation of its list. */
export function fencesOf(page: string): Fence[] {
  return [...pageOf(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indentation = '', language = '', text = '']) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
    }),
  );
}

/** The scripts that people paste, in their order. */
export const scriptsOf = (page: string): string[] =>
  fencesOf(page)
    .filter(({ language }) => language === 'sh' || language === 'bash')
    .map(({ text }) => text);

/** The commands in the sentences and tables of a page, such as `npx unmetered doctor`. */
export function commandsInText(page: string): string[] {
  const text = pageOf(page).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  return [...text.matchAll(/`((?:npx|npm|aws) [^`]+)`/g)].map(([, command = '']) =>
    command.replaceAll(/\s+/g, ' '),
  );
}

/** The commands of a script, each as its words. Comments and redirections are left out. */
export function commandsOf(script: string): string[][] {
  return script
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/^\w+\(\) \{ (.*); \}$/gm, '$1')
    .split('\n')
    .flatMap((line) => commandsOfLine(line));
}

function commandsOfLine(line: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (token.startsWith('#')) break;
    if (token === '>' || tokens[index - 1] === '>') continue;
    if (token === '&&') commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return commands.filter(({ length }) => length > 0);
}
