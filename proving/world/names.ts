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
/** The channels that the simulated world has. */
export const CHANNELS = ['sns'] as const;
