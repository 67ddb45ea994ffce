import type { EventBlock, KeptEvent, KeptValue } from "./event-block.ts";
import { firstNotBefore } from "./sorted-times.ts";

/** An event on its way into the state of an entity. */
export interface NewEvent {
  readonly timeMs: number;
  readonly idHash: bigint;
  /** By name of the field; undefined where the field is not known here. */
  readonly values: Readonly<Record<string, KeptValue>>;
}

export interface MergedBlock {
  readonly block: EventBlock;
  /** For each new event, whether it was not there yet. */
  readonly isNew: readonly boolean[];
  readonly isChanged: boolean;
}

/**
 * The block with more events, each once: of those with the same time and id the first one stays, but for
 * values that were not kept when it came, which a later one fills in.
 *
 * @param wanted fields that are kept, beside those that the block keeps already
 */
export function mergeEvents(
  block: EventBlock,
  added: readonly NewEvent[],
  wanted: readonly string[],
): MergedBlock {
  const columns = [...new Set([...block.columns, ...wanted])];
  const missing = columns.slice(block.columns.length).map((): KeptValue => undefined);
  const events: KeptEvent[] = block.events.map((event) =>
    missing.length === 0 ? event : { ...event, values: [...event.values, ...missing] },
  );
  const places = new Map<string, number>();
  const earliestMs = added.reduce((least, { timeMs }) => Math.min(least, timeMs), Infinity);
  for (let i = firstNotBefore(events, earliestMs); i < events.length; i++) {
    places.set(identity(events[i] as KeptEvent), i);
  }
  let filled = false;
  const isNew = added.map((event) => {
    const values = columns.map((column) => event.values[column]);
    const place = places.get(identity(event));
    if (place === undefined) {
      places.set(identity(event), events.length);
      events.push({ timeMs: event.timeMs, idHash: event.idHash, values });
      return true;
    }
    const known = events[place] as KeptEvent;
    if (known.values.some((value, i) => value === undefined && values[i] !== undefined)) {
      events[place] = {
        ...known,
        values: known.values.map((value, i) => (value === undefined ? values[i] : value)),
      };
      filled = true;
    }
    return false;
  });
  events.sort((a, b) => a.timeMs - b.timeMs);
  return { block: { columns, events }, isNew, isChanged: filled || isNew.includes(true) };
}

const identity = ({ timeMs, idHash }: Pick<KeptEvent, "timeMs" | "idHash">): string =>
  `${timeMs} ${idHash}`;
