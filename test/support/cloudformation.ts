/** The part of CloudFormation that resolves a template with parameters. */

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly string[];
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MaxLength?: number;
  readonly Description?: string;
  readonly ConstraintDescription?: string;
}

export interface CfnTemplate {
  readonly Parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly Rules: Readonly<
    Record<
      string,
      { RuleCondition?: unknown; Assertions: { Assert: unknown; AssertDescription: string }[] }
    >
  >;
  readonly Mappings: Readonly<Record<string, Record<string, Record<string, string>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON.
  readonly Resources: Readonly<Record<string, any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON.
  readonly Outputs: Readonly<Record<string, any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON.
  readonly Metadata: Readonly<Record<string, any>>;
}

/** Whether CloudFormation accepts a value. Source: the CloudFormation user guide, "Parameters". */
export function accepts(definition: ParameterDefinition, value: string): boolean {
  const { Type, AllowedPattern, AllowedValues, MinValue, MaxValue, MaxLength } = definition;
  if (AllowedValues && !AllowedValues.includes(value)) return false;
  if (Type === 'Number') {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return false;
    return number >= (MinValue ?? -Infinity) && number <= (MaxValue ?? Infinity);
  }
  if (MaxLength !== undefined && value.length > MaxLength) return false;
  // CloudFormation matches the whole value, as if the pattern were between ^ and $.
  return AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value);
}

/** A template with values for its parameters. It resolves expressions. */
export class Deployment {
  readonly #template: CfnTemplate;
  readonly #values: ReadonlyMap<string, string>;

  constructor(template: CfnTemplate, given: Readonly<Record<string, string>> = {}) {
    this.#template = template;
    this.#values = new Map<string, string>([
      ...Object.entries(template.Parameters).map(
        ([name, { Default }]) => [name, String(Default ?? '')] as const,
      ),
      ['AWS::StackName', 'UnmeteredEventsMonitor'],
      ['AWS::Region', 'eu-central-1'],
      ['AWS::AccountId', '123456789012'],
      ['AWS::Partition', 'aws'],
      ...Object.entries(given),
    ]);
  }

  /** The descriptions of the broken rules. */
  brokenRules(): string[] {
    const broken = Object.values(this.#template.Rules)
      .filter(({ RuleCondition }) => RuleCondition === undefined || this.holds(RuleCondition))
      .flatMap(({ Assertions }) => Assertions)
      .filter(({ Assert }) => !this.holds(Assert))
      .map(({ AssertDescription }) => AssertDescription);
    return [...new Set(broken)];
  }

  /** The logical ids of the resources of a type that are created. */
  made(type: string): string[] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Type, Condition }]) => Type === type && this.#isMade(Condition))
      .map(([id]) => id);
  }

  /** The outputs, by name. */
  outputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#template.Outputs)
        .filter(([, { Condition }]) => this.#isMade(Condition))
        .map(([name, { Value }]) => [name, this.text(Value)]),
    );
  }

  holds(expression: unknown): boolean {
    const [[name, argument]] = Object.entries(expression as object) as [[string, unknown]];
    const list = argument as unknown[];
    switch (name) {
      case 'Fn::And':
        return list.every((part) => this.holds(part));
      case 'Fn::Or':
        return list.some((part) => this.holds(part));
      case 'Fn::Not':
        return !this.holds(list[0]);
      case 'Fn::Equals':
        return this.text(list[0]) === this.text(list[1]);
      case 'Fn::Contains':
        return (list[0] as string[]).includes(this.text(list[1]));
      case 'Condition':
        return this.holds(this.#template.Conditions[argument as string]);
      default:
        throw new Error(`no condition: ${name}`);
    }
  }

  text(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const [[name, argument]] = Object.entries(value) as [[string, unknown]];
    const list = argument as unknown[];
    switch (name) {
      case 'Ref':
        return this.#values.get(argument as string) ?? `<${argument}>`;
      case 'Fn::GetAtt':
        return this.#values.get(list.join('.')) ?? `<${list.join('.')}>`;
      case 'Fn::Join':
        return (list[1] as unknown[]).map((part) => this.text(part)).join(list[0] as string);
      case 'Fn::Sub':
        return (argument as string).replace(/\$\{([^}]+)\}/g, (_, ref) => this.text({ Ref: ref }));
      case 'Fn::If':
        return this.text(this.holds({ Condition: list[0] }) ? list[1] : list[2]);
      case 'Fn::FindInMap': {
        const [map = '', first = '', second = ''] = list.map((key) => this.text(key));
        const found = this.#template.Mappings[map]?.[first]?.[second];
        if (found === undefined) throw new Error(`nothing in ${map} for ${first}, ${second}`);
        return found;
      }
      default:
        throw new Error(`no value: ${name}`);
    }
  }

  #isMade(condition: string | undefined): boolean {
    return condition === undefined || this.holds({ Condition: condition });
  }
}
