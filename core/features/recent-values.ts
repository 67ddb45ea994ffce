/** Values that were used lately, by id. */
export interface RecentValues<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
}

/**
 * @param maxEvents of all values together; those that were not used for longest go first
 * @param eventsOf how many events a value holds
 */
export function recentValues<T>(
  maxEvents: number,
  eventsOf: (value: T) => number,
): RecentValues<T> {
  const values = new Map<string, T>();
  let eventCount = 0;
  const forget = (id: string) => {
    const value = values.get(id);
    if (value === undefined) return;
    eventCount -= eventsOf(value);
    values.delete(id);
  };
  const set = (id: string, value: T) => {
    forget(id);
    values.set(id, value);
    eventCount += eventsOf(value);
    for (const oldest of values.keys()) {
      if (eventCount <= maxEvents) return;
      forget(oldest);
    }
  };
  return {
    get(id) {
      const value = values.get(id);
      if (value !== undefined) set(id, value);
      return value;
    },
    set,
  };
}
