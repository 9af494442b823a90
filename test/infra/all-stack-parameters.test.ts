import { describe, expect, test } from 'vitest';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { PARAMETER_GROUPS } from '../../infra/all-stack-parameters.ts';
import { Parameters, parses, takes, template } from './accepted-values.ts';
import { BOUNDS } from './parameter-values.ts';

const each = (kind: 'pass' | 'fail') =>
  Object.entries(BOUNDS).flatMap(([name, bounds]) =>
    bounds[kind].map((value) => ({ name, value })),
  );

describe('a parameter', () => {
  test('has values that CloudFormation must accept, and values that it must refuse', () => {
    const own = Object.keys(Parameters).filter((name) => name !== 'BootstrapVersion');
    expect(Object.keys(BOUNDS).sort()).toEqual(own.sort());
  });

  test.each(each('pass'))('$name takes "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(true);
  });

  test.each(each('fail'))('$name refuses "$value"', ({ name, value }) => {
    expect(takes(name, value)).toBe(false);
  });

  const settings = Object.keys(SETTINGS) as SettingKey[];
  test.each(settings)('that CloudFormation accepts can be used by the function: %s', (key) => {
    const { name } = SETTINGS[key];
    for (const value of BOUNDS[name]?.pass ?? []) expect(parses(key, value), value).toBe(true);
  });

  test.each(PARAMETER_GROUPS.flatMap(({ parameters }) => parameters))(
    '$name explains itself and its allowed values in the console',
    ({ name, label, defaultText }) => {
      const definition = Parameters[name];
      expect(definition?.Description).toMatch(/^[A-Z].{10,}\.$/);
      expect(definition?.ConstraintDescription).toMatch(/^write .+\.$/);
      expect(String(definition?.Default)).toBe(defaultText);
      expect(takes(name, defaultText)).toBe(true);
      const { ParameterLabels, ParameterGroups } =
        template.Metadata['AWS::CloudFormation::Interface'];
      expect(ParameterLabels[name].default).toBe(label);
      const groups = ParameterGroups.filter(({ Parameters: names }: { Parameters: string[] }) =>
        names.includes(name),
      );
      expect(groups).toHaveLength(1);
    },
  );
});
