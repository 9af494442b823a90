/** The name of an account or a schema for people. Machines get an empty name as it is. */
export function nameText(kind: 'account' | 'schema', name: string): string {
  return name === '' ? `(no ${kind})` : name;
}
