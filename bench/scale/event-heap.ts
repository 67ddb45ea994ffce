/** Instants in the future with what happens at each, the next first; equal ones in the order they came. */
export interface EventHeap<T> {
  /** Instant of the next, Infinity if there is none. */
  next(): number;
  push(at: number, what: T): void;
  pop(): T | undefined;
}

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly what: T;
}

/** A binary heap. */
export function eventHeap<T>(): EventHeap<T> {
  const entries: Entry<T>[] = [];
  let pushed = 0;
  const isBefore = (a: Entry<T>, b: Entry<T>) =>
    a.at < b.at || (a.at === b.at && a.order < b.order);
  return {
    next: () => entries[0]?.at ?? Number.POSITIVE_INFINITY,
    push: (at, what) => {
      const entry = { at, order: pushed++, what };
      let place = entries.length;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        const above = entries[parent] as Entry<T>;
        if (!isBefore(entry, above)) break;
        entries[place] = above;
        place = parent;
      }
      entries[place] = entry;
    },
    pop: () => {
      const [first] = entries;
      const last = entries.pop();
      if (first === undefined || last === undefined || entries.length === 0) return first?.what;
      sink(entries, last, isBefore);
      return first.what;
    },
  };
}

/** Puts an entry where the first one was and below all that come before it. */
function sink<E>(entries: E[], entry: E, isBefore: (a: E, b: E) => boolean): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= entries.length) break;
    const right = child + 1;
    if (right < entries.length && isBefore(entries[right] as E, entries[child] as E)) child = right;
    if (!isBefore(entries[child] as E, entry)) break;
    entries[place] = entries[child] as E;
    place = child;
  }
  entries[place] = entry;
}
