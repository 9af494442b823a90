import { CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { ParameterValues } from './all-stack-parameters.ts';

/** Adds the rules between parameters. CloudFormation checks them before it changes anything. */
export function addParameterRules(stack: Stack, values: ParameterValues): void {
  const { slackWorkspaceId, slackChannelId, teamsTenantId, teamsTeamId, teamsChannelId } = values;
  addWholeRule(
    stack,
    'SlackIsWhole',
    [slackWorkspaceId, slackChannelId],
    'Write both SlackWorkspaceId and SlackChannelId to notify a Slack channel, or neither.',
  );
  addWholeRule(
    stack,
    'TeamsIsWhole',
    [teamsTenantId, teamsTeamId, teamsChannelId],
    'Write all of TeamsTenantId, TeamsTeamId and TeamsChannelId to notify a channel of Microsoft Teams, or none of them.',
  );
  addEmailRule(stack, values);
}

const isEmpty = (value: string) => Fn.conditionEquals(value, '');
const isGiven = (value: string) => Fn.conditionNot(isEmpty(value));

/** Several values that are of use only together. A stack that leaves them out needs no rule. */
function addWholeRule(
  stack: Stack,
  id: string,
  values: readonly string[],
  assertDescription: string,
): void {
  if (values.includes('')) return;
  const assert = Fn.conditionOr(
    Fn.conditionAnd(...values.map(isEmpty)),
    Fn.conditionAnd(...values.map(isGiven)),
  );
  new CfnRule(stack, id, { assertions: [{ assert, assertDescription }] });
}

/** SNS keeps one subscription for an address. If two parameters name it, removing either removes both. */
function addEmailRule(stack: Stack, { alertEmails }: ParameterValues): void {
  const pairs = alertEmails.flatMap((one, index) =>
    alertEmails.slice(index + 1).map((other) => [one, other] as const),
  );
  new CfnRule(stack, 'EmailsDiffer', {
    assertions: [
      {
        // CloudFormation takes ten conditions at most here: that is five addresses.
        assert: Fn.conditionAnd(
          ...pairs.map(([one, other]) =>
            Fn.conditionOr(isEmpty(one), Fn.conditionNot(Fn.conditionEquals(one, other))),
          ),
        ),
        assertDescription: 'Write each email address once; leave the other parameters empty.',
      },
    ],
  });
}
