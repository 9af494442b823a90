/** `MINIMUM_EVENTS` of `MinimumEvents`. */
export function variableOf({ name }: { readonly name: string }): string {
  return name.replace(/\B[A-Z]/g, '_$&').toUpperCase();
}

/** How a setting is called where it was written. */
export type NameOf = (setting: { readonly name: string }) => string;

/** `--minimum-events` of `MinimumEvents`. */
export function flagOf({ name }: { readonly name: string }): string {
  return `--${name.replace(/\B[A-Z]/g, '-$&').toLowerCase()}`;
}
