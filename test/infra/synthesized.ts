import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { afterAll, expect } from 'vitest';
import { MonitorStack, type MonitorStackProps } from '../../infra/monitor-stack.ts';
import { type CfnTemplate, Deployment } from '../support/cloudformation.ts';

/** The context that leaves out the bundle of the function. */
export const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };
/** Leaves out the checks of the CDK, which take seconds. synthesis.test.ts runs them over the standard stack. */
export const UNCHECKED: AppProps = { builtinCloudFormationValidation: false };

let standard: CfnTemplate | undefined;

/** The template of the stack with its defaults. All files that run in one process share it. */
export function standardTemplate(): CfnTemplate {
  standard ??= templateOf({}, UNCHECKED);
  return standard;
}

/** The template of the stack. A finding of the CDK's checks is an error. */
export function checkedTemplateOf(props: MonitorStackProps): CfnTemplate {
  return templateOf(props, {});
}

function templateOf(props: MonitorStackProps, appProps: AppProps): CfnTemplate {
  const outdir = emptyOutdir();
  try {
    return synthesize(props, { ...appProps, outdir, context: UNBUNDLED });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

interface BundledStack {
  readonly template: CfnTemplate;
  /** The folder of the function's code, as it is uploaded. It is removed after the tests of the file. */
  readonly asset: string;
}

/** The standard stack with the bundle of its function. */
export function bundledStack(): BundledStack {
  const outdir = emptyOutdir();
  afterAll(() => rmSync(outdir, { recursive: true }));
  const template = synthesize({}, { ...UNCHECKED, outdir });
  const asset = readdirSync(outdir).find((name) => name.startsWith('asset.'));
  return { template, asset: join(outdir, asset ?? 'none') };
}

function emptyOutdir(): string {
  return mkdtempSync(join(tmpdir(), 'unmetered-synth-'));
}

function synthesize(props: MonitorStackProps, { context: own, ...appProps }: AppProps) {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ ...appProps, context: { ...context, ...own } });
  const stack = new MonitorStack(app, 'UnmeteredEventsMonitor', props);
  const template: CfnTemplate = app.synth().getStackArtifact(stack.artifactId).template;
  return template;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties depend on the type.
export function resourcesOf({ Resources }: CfnTemplate, type: string): any[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

/** The properties of the only resource of a type. */
export function only(template: CfnTemplate, type: string) {
  const [resource, ...others] = resourcesOf(template, type);
  expect(others).toEqual([]);
  return resource.Properties;
}

/** The logical id of the queue whose id contains a name. */
export function queueNamed(template: CfnTemplate, name: string): string | undefined {
  return new Deployment(template).made('AWS::SQS::Queue').find((id) => id.includes(name));
}
