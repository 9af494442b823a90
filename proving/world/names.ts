/** The accounts of all worlds; events of the empty name have no account. */
export const ACCOUNTS = [
  'acme',
  'globex',
  'initech',
  'umbrella',
  'hooli',
  'bob@example.com',
  '',
] as const;
export const SCHEMAS = ['api_call', 'storage', 'seats'] as const;
/** The channels of messages to people. */
export const CHANNELS = ['sns', 'events'] as const;
/** A channel that gets critical incidents only. */
export const PAGER = 'pager';
