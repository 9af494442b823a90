/** How the simulated Togai acts where the documentation of `GET /events` leaves its lists open. */
export interface ListingSwitches {
  /** The time that the server filters and lists by. With `ignored` it lists all events, by `createdAt`. */
  readonly timeFilter: 'createdAt' | 'timestamp' | 'ignored';
  /** Whether an event at exactly `start_time` or `end_time` is listed. */
  readonly bounds: 'inclusive' | 'exclusive';
  readonly order: 'newest-first' | 'oldest-first';
}

/** How the simulated Togai acts where the documentation is open or contradicts itself. */
export interface Switches extends ListingSwitches {
  /** The place of `referenceId`: beside the payload, as in the schema, or in it, as in the examples. */
  readonly referenceId: 'top' | 'payload';
  /** An answer without events is `{"events":[]}` or `{}`. */
  readonly whenEmpty: 'list' | 'absent';
  /** Whether times are written with their zone. */
  readonly zone: 'written' | 'left-out';
}

export const DEFAULT_SWITCHES: Switches = {
  timeFilter: 'createdAt',
  bounds: 'inclusive',
  order: 'newest-first',
  referenceId: 'top',
  whenEmpty: 'list',
  zone: 'written',
};
