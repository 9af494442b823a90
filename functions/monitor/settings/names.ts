/** The environment variable of a setting: `MINIMUM_EVENTS` for `MinimumEvents`. */
export function variableOf({ name }: { readonly name: string }): string {
  return name.replace(/\B[A-Z]/g, '_$&').toUpperCase();
}

/** The flag of a setting: `--minimum-events` for `MinimumEvents`. */
export function flagOf({ name }: { readonly name: string }): string {
  return `--${name.replace(/\B[A-Z]/g, '-$&').toLowerCase()}`;
}

/** Names a setting for people, as in the place where they wrote it: a stack parameter or a flag. */
export type NameOf = (setting: { readonly name: string }) => string;
