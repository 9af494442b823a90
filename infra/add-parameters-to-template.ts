import { CfnParameter, type CfnParameterProps, type Stack } from 'aws-cdk-lib';
import type { Bounds } from '../functions/monitor/settings/setting.ts';
import { CHATS, type ParameterValues, parameterGroups, valuesOf } from './all-stack-parameters.ts';
import { addParameterRules } from './parameter-rules.ts';
import type { StackParameter } from './stack-parameter.ts';

/**
 * Adds the parameters to a stack, with their groups in the console and the rules between them.
 *
 * @returns their values; empty for a parameter that is left out
 */
export function addParameters(
  stack: Stack,
  { chats }: { readonly chats: boolean },
): ParameterValues {
  const values = new Map<string, string>();
  const groups = parameterGroups(chats);
  for (const { parameters } of groups) {
    for (const parameter of parameters) {
      values.set(parameter.name, addParameter(stack, parameter).valueAsString);
    }
  }
  stack.templateOptions.metadata = {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: groups.map(({ label, parameters }) => ({
        Label: { default: label },
        Parameters: parameters.map(({ name }) => name),
      })),
      ParameterLabels: Object.fromEntries(
        groups
          .flatMap(({ parameters }) => parameters)
          .map(({ name, label }) => [name, { default: label }]),
      ),
    },
  };
  const given = valuesOf((parameter) => {
    const isLeftOut = !chats && CHATS.includes(parameter);
    const value = values.get(parameter.name) ?? (isLeftOut ? '' : undefined);
    if (value === undefined) throw new Error(`the parameter ${parameter.name} is in no group`);
    return value;
  });
  addParameterRules(stack, given);
  return given;
}

function addParameter(
  stack: Stack,
  { name, description, defaultText, bounds, remedy, isSecret }: StackParameter,
): CfnParameter {
  return new CfnParameter(stack, name, {
    description: `${description[0]?.toUpperCase()}${description.slice(1)}.`,
    default: defaultText,
    ...(isSecret && { noEcho: true }),
    constraintDescription: `${remedy}.`,
    ...constraintsOf(bounds),
  });
}

function constraintsOf(bounds: Bounds): CfnParameterProps {
  switch (bounds.kind) {
    case 'number':
      return { type: 'Number', minValue: bounds.least, maxValue: bounds.most };
    case 'choice':
      return { type: 'String', allowedValues: [...bounds.choices] };
    case 'text':
      return { type: 'String', allowedPattern: bounds.pattern, maxLength: bounds.maxLength };
  }
}
