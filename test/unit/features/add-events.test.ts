import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { TooLargeError } from "../../../core/errors.ts";
import {
  addEvents,
  MAX_TILES,
  tilesToRead,
  withoutTiles,
} from "../../../core/features/add-events.ts";
import { streamCompiler } from "../../../core/features/compiled-stream.ts";
import { type EntityState, NO_STATE } from "../../../core/features/entity-state.ts";
import type { EventBlock } from "../../../core/features/event-block.ts";
import type { NewEvent } from "../../../core/features/merge-events.ts";
import { CLOCK_SKEW_MS } from "../../../core/features/retention.ts";

const HOUR = 3_600_000;
const NOW = 1_000_000 * HOUR;

const stream = parseStream({
  name: "sums",
  owner: "o",
  description: "d",
  fields: { at: { type: "timestamp" }, key: { type: "category" }, v: { type: "number" } },
  eventTime: "at",
  allowedLateness: "1h",
  features: {
    sum: { entity: ["key"], operation: "sum", value: "v", window: "2h", availableAfter: "1h" },
  },
});

/** State that grows by `add`, with its tiles. */
function world(nowMs = NOW) {
  const [kind] = streamCompiler()(stream).kinds;
  if (kind === undefined) throw new Error("no kind");
  const tiles = new Map<string, EventBlock>();
  let ids = 0;
  const made = {
    tiles,
    state: NO_STATE as EntityState,
    add(events: readonly NewEvent[]) {
      const added = addEvents(made.state, events, {
        ...{ columns: kind.columns, retention: kind.retention, nowMs },
        newId: () => `t${ids++}`,
        tile: (id) => tiles.get(id) as EventBlock,
      });
      for (const { id, block } of added.change?.newTiles ?? []) tiles.set(id, block);
      for (const id of added.change?.oldTiles ?? []) tiles.delete(id);
      made.state = added.change?.state ?? made.state;
      return added.outcomes;
    },
    times: () => {
      const blocks = [...made.state.tiles.map(({ id }) => tiles.get(id)), made.state.latest];
      return blocks.flatMap((block) => block?.events.map(({ timeMs }) => timeMs) ?? []);
    },
  };
  return made;
}

const event = (timeMs: number, id = timeMs, v: number | undefined = 1): NewEvent => ({
  ...{ timeMs, idHash: BigInt(Math.abs(id)), values: { v } },
});

/** 20,000 events of two hours, as random as a text of 8 digits. */
const many = Array.from({ length: 20_000 }, (_, i) =>
  event(NOW - 2 * HOUR + Math.floor((i * 2 * HOUR) / 20_000), i, i / 7),
);

describe("addEvents", () => {
  it("drops what is older than window, delay and lateness, and remembers from when on it has all", () => {
    const entity = world();

    entity.add([event(NOW - 5 * HOUR), event(NOW - 4 * HOUR), event(NOW)]);
    const outcomes = entity.add([event(NOW - 4 * HOUR - 1), event(NOW - 4 * HOUR)]);

    expect(entity.times()).toEqual([NOW - 4 * HOUR, NOW]);
    expect(outcomes).toEqual(["tooLate", "duplicate"]);
    expect(entity.state.completeFromMs).toBe(NOW - 4 * HOUR);
  });

  it("loses nothing by an event from the future", () => {
    const entity = world();

    entity.add([event(NOW), event(NOW + CLOCK_SKEW_MS + 1_000 * HOUR)]);
    const outcomes = entity.add([event(NOW - 3 * HOUR)]);

    expect(outcomes).toEqual(["added"]);
    expect(entity.times()).toHaveLength(3);
  });

  it("changes nothing for what is there already", () => {
    const entity = world();
    entity.add([event(NOW)]);
    const before = entity.state;

    expect(entity.add([event(NOW, NOW, 99)])).toEqual(["duplicate"]);
    expect(entity.state).toBe(before);
  });

  it("fills a field that was not kept yet from the same event given again", () => {
    const entity = world();
    entity.add([{ ...event(NOW), values: {} }]);

    entity.add([event(NOW)]);

    expect(entity.state.latest.events[0]?.values).toEqual([1]);
  });

  it("keeps every event once in tiles by time, late ones and pruned tiles included", () => {
    const entity = world();

    entity.add(many);
    const cut = entity.state.tiles.length;
    const late = event(NOW - 1.9 * HOUR + 0.5, 99_999);
    const outcomes = entity.add([late, ...many.slice(0, 3)]);
    const times = entity.times();

    expect(cut).toBeGreaterThan(2);
    expect(outcomes).toEqual(["added", "duplicate", "duplicate", "duplicate"]);
    expect(times).toHaveLength(20_001);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(entity.tiles.size).toBe(entity.state.tiles.length);
    expect(tilesToRead(entity.state, [late, event(NOW)])).toHaveLength(1);

    const later = world(NOW + 9 * HOUR);
    later.state = entity.state;
    for (const [id, block] of entity.tiles) later.tiles.set(id, block);
    later.add([event(NOW + 9 * HOUR)]);
    expect(later.times()).toEqual([NOW + 9 * HOUR]);
    expect(later.tiles.size).toBe(0);
    expect(later.state.completeFromMs).toBe((many.at(-1)?.timeMs as number) + 1);
  });

  it("cuts a tile that late events have made large", () => {
    const entity = world();
    entity.add(many);
    const before = entity.state.tiles.length;

    const early = many.slice(0, 9_000);
    entity.add(
      [1, 2].flatMap((n) => early.map(({ timeMs }, i) => event(timeMs, n * 1e6 + i, i / 3))),
    );

    expect(entity.state.tiles.length).toBeGreaterThan(before);
    expect(entity.times()).toHaveLength(38_000);
  });

  it("fails on more events of one time than an item holds, and on more tiles than a read has", () => {
    const same = Array.from({ length: 40_000 }, (_, i) => event(NOW, i, i / 7));
    const before = same.map((one) => ({ ...one, timeMs: NOW - HOUR }));
    const entity = world();
    const tiles = Array.from({ length: MAX_TILES + 1 }, (_, i) => ({
      ...{ id: `t${i}`, toMs: NOW - HOUR + i, eventCount: 10 },
    }));
    entity.state = { ...NO_STATE, tiles };

    expect(() => world().add(same)).toThrow(TooLargeError);
    expect(() => world().add([...before, event(NOW)])).toThrow("events of one entity at");
    expect(() => entity.add([event(NOW)])).toThrow(/has 1000 events within its longest window/);
  });

  it("goes on without tiles that are lost, and says from when on", () => {
    const tiles = [1, 2, 3].map((n) => ({ id: `t${n}`, toMs: n * HOUR, eventCount: 1 }));
    const state = { ...NO_STATE, tiles };

    const left = withoutTiles(state, (id) => id === "t2");

    expect(left.tiles.map(({ id }) => id)).toEqual(["t3"]);
    expect(left.completeFromMs).toBe(2 * HOUR);
    expect(withoutTiles(state, () => false)).toBe(state);
  });
});
