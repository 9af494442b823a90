import { CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { ParameterValues } from './parameters.ts';

/** Adds the rules between parameters. CloudFormation checks them before it changes anything. */
export function addParameterRules(stack: Stack, values: ParameterValues): void {
  addSlackRule(stack, values);
  addEmailRule(stack, values);
}

const isEmpty = (value: string) => Fn.conditionEquals(value, '');
const isGiven = (value: string) => Fn.conditionNot(isEmpty(value));

function addSlackRule(stack: Stack, { slackWorkspaceId, slackChannelId }: ParameterValues): void {
  new CfnRule(stack, 'SlackIsWhole', {
    assertions: [
      {
        assert: Fn.conditionOr(
          Fn.conditionAnd(isEmpty(slackWorkspaceId), isEmpty(slackChannelId)),
          Fn.conditionAnd(isGiven(slackWorkspaceId), isGiven(slackChannelId)),
        ),
        assertDescription:
          'Write both SlackWorkspaceId and SlackChannelId to notify a Slack channel, or neither.',
      },
    ],
  });
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
