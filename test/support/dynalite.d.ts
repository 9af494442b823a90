declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB on this machine, in memory. */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}
