import type { Surroundings } from './terminal.ts';

/** The settings that a stack was deployed with. */
export interface StackSettings {
  readonly stack: string;
  /** By the names of the stack parameters. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Asks the function of a stack for its settings. It tells no secret.
 *
 * @throws MonitorError where it does not answer; the reason of the signal when it aborts
 */
export async function readStackSettings(
  stack: string,
  around: Surroundings,
): Promise<StackSettings> {
  const { findMonitor } = await import('./aws/find-monitor.ts');
  const { invokeMonitor } = await import('./aws/invoke-monitor.ts');
  const monitor = await findMonitor(stack, around);
  const { settings } = await invokeMonitor<'status'>(monitor, { status: true }, around);
  return { stack, texts: settings };
}
