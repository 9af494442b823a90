import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withParameterTable } from '../../infra/parameters-for-docs.ts';
import { standardTemplate } from '../infra/synthesized.ts';
import { namesInTables, pageOf } from './pages.ts';

const reference = pageOf('docs/reference.md');

/** The names that a declaration of TypeScript makes, such as the properties of an interface. */
const declared = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name = '']) => name);

describe('docs/reference.md', () => {
  test('has the current table of parameters (npm run docs writes it)', () => {
    expect(reference).toBe(withParameterTable(reference));
  });

  test('has a row for each output of the stack, and for nothing else', () => {
    const outputs = Object.keys(standardTemplate().Outputs);
    expect(namesInTables(reference, 'Outputs').sort()).toEqual(outputs.sort());
  });

  test('has a row for each metric', () => {
    const metrics = declared(
      'functions/monitor/settings/names-shared-with-stack.ts',
      /^ {2}\| '(\w+)'/gm,
    );
    expect(namesInTables(reference, 'Metrics').sort()).toEqual(metrics.sort());
  });

  test('has a row for each property that the construct takes, and for each member that it exposes', () => {
    const properties = declared('infra/monitor-props.ts', /^ {2}readonly (\w+)\?:/gm);
    const members = [
      ...declared('infra/unmetered-events-monitor.ts', /^ {2}readonly (\w+):/gm),
      ...declared('infra/unmetered-events-monitor.ts', /^ {2}get (\w+)\(/gm),
      'metric',
      'addOutputs',
    ];
    const rows = namesInTables(reference, 'Construct');
    expect(new Set(rows)).toEqual(new Set([...properties, ...members]));
  });

  test('a page without the marks of the table is refused', () => {
    expect(() => withParameterTable('# Nothing')).toThrow(/put both where the table belongs/);
  });
});
