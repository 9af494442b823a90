import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { SettingError } from '../../functions/monitor/errors.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import type { Surroundings } from '../terminal.ts';
import { clientOptions } from './aws-clients.ts';
import { awsFailure } from './aws-failure.ts';

/** The monitor of a stack: its resources, by their names in AWS. */
export interface DeployedMonitor {
  readonly stack: string;
  readonly functionName: string;
  /** The table in DynamoDB. */
  readonly tableName: string;
}

/**
 * Finds the monitor of a stack by the logical ids of its resources. So it finds one inside a larger stack as well, which has no
 * outputs of ours.
 *
 * @param stack its name or ARN
 * @throws SettingError where the stack holds no monitor, or several; MonitorError where AWS does not answer; the reason of the
 *   signal when it aborts
 */
export async function findMonitor(stack: string, around: Surroundings): Promise<DeployedMonitor> {
  const resources = await resourcesOf(stack, around);
  const monitors = resources.flatMap((resource) => monitorOf(resource, resources));
  const [monitor] = monitors;
  const name = printable(stack, 200);
  if (!monitor) throw new SettingError(`the stack ${name} holds no monitor of this project`);
  if (monitors.length > 1) {
    const names = monitors.map(({ functionName }) => functionName).join(', ');
    throw new SettingError(
      `the stack ${name} holds several monitors (${names}); ask one by its function, with aws lambda invoke, as docs/runbook.md says`,
    );
  }
  return { stack, ...monitor };
}

async function resourcesOf(stack: string, around: Surroundings): Promise<StackResourceSummary[]> {
  const { CloudFormationClient, paginateListStackResources } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient(clientOptions(around));
  const resources: StackResourceSummary[] = [];
  try {
    const pages = paginateListStackResources({ client }, { StackName: stack });
    for await (const { StackResourceSummaries = [] } of pages) {
      around.signal.throwIfAborted();
      resources.push(...StackResourceSummaries);
    }
    return resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    const attempt = `the stack ${printable(stack, 200)} could not be read`;
    return awsFailure(error, attempt, 'cloudformation:ListStackResources is needed', around.signal);
  } finally {
    client.destroy();
  }
}

/** Path of the construct, and a hash, as the CDK joins them. */
const FUNCTION_ID = /^(.*?)MonitorFunction[0-9A-F]{8}$/;

function monitorOf(
  { LogicalResourceId = '', ResourceType, PhysicalResourceId }: StackResourceSummary,
  resources: readonly StackResourceSummary[],
): { functionName: string; tableName: string }[] {
  if (ResourceType !== 'AWS::Lambda::Function' || !PhysicalResourceId) return [];
  const [, path] = FUNCTION_ID.exec(LogicalResourceId) ?? [];
  if (path === undefined) return [];
  // The CDK writes a name that stands twice in a row in the path once.
  const tableId = new RegExp(`^${path}(?:Monitor)?Table[0-9A-F]{8}$`);
  const table = resources.find(
    (other) =>
      other.ResourceType === 'AWS::DynamoDB::Table' && tableId.test(other.LogicalResourceId ?? ''),
  );
  const tableName = table?.PhysicalResourceId;
  return tableName ? [{ functionName: PhysicalResourceId, tableName }] : [];
}
