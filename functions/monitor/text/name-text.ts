/** Names, and ids of Togai's senders, are whole up to this length, so that people can search for them. In code points. */
export const MAX_NAME_SHOWN = 256;

/** The name of an account or a schema for people. Machines get an empty name as it is. */
export function nameText(kind: 'account' | 'schema', name: string): string {
  return name === '' ? `(no ${kind})` : name;
}
