import type { Bounds } from '../functions/monitor/settings/setting.ts';
import { PARAMETER_GROUPS } from './all-stack-parameters.ts';
import type { StackParameter } from './stack-parameter.ts';

const BEGIN = '<!-- parameters: written by npm run docs -->';
const END = '<!-- /parameters -->';

/**
 * The text of a page, with a new table of parameters between its two marks.
 *
 * @throws Error for a page without the marks
 */
export function withParameterTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(
      `the page has no ${BEGIN} followed by ${END}; put both where the table belongs`,
    );
  }
  return `${before}${BEGIN}\n${parameterTable()}\n${END}${after}`;
}

function parameterTable(): string {
  const rows = PARAMETER_GROUPS.flatMap(({ label, parameters }) => [
    `| **${label}** | |`,
    ...parameters.map(rowOf),
  ]);
  return ['| parameter | meaning, limits and default |', '| --- | --- |', ...rows].join('\n');
}

function rowOf({ name, defaultText, description, bounds }: StackParameter): string {
  const fallback = defaultText === '' ? 'empty' : `\`${defaultText}\``;
  return `| \`${name}\` | ${description}${limitOf(bounds)}. Default: ${fallback} |`;
}

function limitOf(bounds: Bounds): string {
  return bounds.kind === 'text' ? `; at most ${bounds.maxLength} characters` : '';
}
