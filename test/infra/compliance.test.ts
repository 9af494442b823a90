import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { expect, onTestFinished, test } from 'vitest';
import { MonitorStack } from '../../infra/monitor-stack.ts';
import { UNBUNDLED, UNCHECKED } from './synthesized.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

const SHORT: Readonly<Record<string, string>> = {
  'HIPAA.Security': 'HIPAA',
  'NIST.800.53.R5': 'NIST',
  'PCI.DSS.321': 'PCI',
};

/** The findings of the packs in the standard stack: each rule, and the packs that have it. */
function findings(): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'unmetered-compliance-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const app = new App({ ...UNCHECKED, context: UNBUNDLED, outdir });
  new MonitorStack(app, 'UnmeteredEventsMonitor');
  const packs = [HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks];
  Validations.of(app).addPlugins(...packs.map((Pack) => new Pack(app)));
  expect(() => app.synth()).toThrow();
  const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const packsOf = new Map<string, string[]>();
  for (const { pluginName, violations } of report.pluginReports) {
    const pack = SHORT[pluginName];
    if (pack === undefined) continue;
    for (const rule of new Set(
      violations.map(({ ruleName }) => ruleName.split('-').at(-1) ?? ''),
    )) {
      packsOf.set(rule, [...(packsOf.get(rule) ?? []), pack]);
    }
  }
  return [...packsOf].map(([rule, names]) => `${rule}: ${names.sort().join(', ')}`).sort();
}

test('every finding of HIPAA, NIST and PCI has its reason in the docs, and no other', {
  timeout: 120_000,
}, () => {
  const rows = readFileSync('docs/compliance.md', 'utf8').matchAll(/^\| (\w+) \| ([A-Z, ]+) \| /gm);
  const explained = [...rows].map(([, rule, packs]) => `${rule}: ${packs}`).sort();
  expect(explained).toEqual(findings());
});
