import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { printRules } from './suggest.ts';

/** For people who choose limits, and deploy nothing. */
export const HAND_OVER = 'Give this line to the engineers who deployed the monitor.';

/** The command that sets the rules of a stack. @param stack left out for the one of the checkout */
export function deployCommand(rules: readonly Threshold[], stack: string | undefined): string {
  const name = stack === undefined ? '' : `-c stackName=${stack} `;
  return `npx cdk deploy ${name}--parameters 'Thresholds=${printRules(rules)}'`;
}
