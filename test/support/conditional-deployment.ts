import { type CfnTemplate, Deployment } from './cloudformation.ts';

const NOTHING = 'AWS::NoValue';

/** A deployment that also resolves conditions, in values and in entries of lists. */
export class ConditionalDeployment extends Deployment {
  readonly #resources: CfnTemplate['Resources'];

  constructor(template: CfnTemplate, given: Readonly<Record<string, string>> = {}) {
    // A template without parameters has none of these.
    super(
      { ...template, Conditions: template.Conditions ?? {}, Rules: template.Rules ?? {} },
      given,
    );
    this.#resources = template.Resources;
  }

  override text(value: unknown): string {
    const chosen = this.#choose(value);
    if (typeof chosen !== 'object' || chosen === null) return String(chosen);
    const [[name, argument]] = Object.entries(chosen) as [[string, unknown]];
    const list = argument as unknown[];
    if (name === 'Ref' && argument === NOTHING) return '';
    if (name === 'Fn::Select') return this.texts(list[1])[Number(this.text(list[0]))] ?? '';
    if (name === 'Fn::Split') return this.texts(chosen).join();
    return super.text(chosen);
  }

  /** The entries of a list, without those that are not made. */
  texts(value: unknown): string[] {
    const chosen = this.#choose(value);
    if (chosen === undefined || isNothing(chosen)) return [];
    if (Array.isArray(chosen)) return chosen.flatMap((entry) => this.texts(entry));
    const split = (chosen as { 'Fn::Split'?: [string, unknown] })['Fn::Split'];
    if (split) return this.text(split[1]).split(split[0]);
    return [this.text(chosen)];
  }

  /** The logical ids that a list refers to. */
  references(value: unknown): string[] {
    return this.texts(value).map((text) => text.replace(/^<([^.>]+).*>$/, '$1'));
  }

  /** The properties of a resource, by its logical id. */
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON.
  properties(id: string): any {
    return this.#resources[id]?.Properties ?? {};
  }

  /** The environment of the function as it finds it. */
  environment(): Record<string, string> {
    const [id = ''] = this.made('AWS::Lambda::Function');
    const { Variables } = this.properties(id).Environment;
    return Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, this.text(value)]),
    );
  }

  #choose(value: unknown): unknown {
    const condition = (value as { 'Fn::If'?: [string, unknown, unknown] } | null)?.['Fn::If'];
    if (!condition) return value;
    const [name, then, otherwise] = condition;
    return this.#choose(this.holds({ Condition: name }) ? then : otherwise);
  }
}

function isNothing(value: unknown): boolean {
  return (value as { Ref?: string } | null)?.Ref === NOTHING;
}
