import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import {
  decodeState,
  decodeTile,
  type EntityState,
  encodeState,
  encodeTile,
} from "../../../core/features/entity-state.ts";
import type { KeptValue } from "../../../core/features/event-block.ts";

const VALUES: readonly KeptValue[] = [
  ...[undefined, null, true, false, 0, -0, 199, 200, -40, -41, 1.5, 1e300, -1e-300],
  ...[2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, "", "a", "🂡", "a", "\uffee"],
];

const state: EntityState = {
  completeFromMs: Number.NEGATIVE_INFINITY,
  tiles: [{ id: "t1", toMs: -5, eventCount: 300 }],
  latest: {
    columns: ["v", "n"],
    events: VALUES.map((value, i) => ({
      timeMs: -5 + i * 1_000_003,
      idHash: 2n ** 64n - 1n - BigInt(i),
      values: [value, i],
    })),
  },
};

describe("the stored state of an entity", () => {
  it("is read as it was written, every kind of value", () => {
    expect(decodeState(encodeState(state))).toEqual(state);
    expect(decodeTile(encodeTile(state.latest))).toEqual(state.latest);
  });

  it("takes about 12 bytes for an event of a small number, 9 for its id and value", () => {
    const events = Array.from({ length: 1_000 }, (_, i) => ({
      timeMs: i * 60_000,
      ...{ idHash: BigInt(i), values: [i % 100] },
    }));

    const bytes = encodeTile({ columns: ["delay"], events });

    expect(bytes.length / events.length).toBeLessThan(12.1);
  });

  it("fails on bytes that end too early, and on another form", () => {
    const bytes = encodeState(state);

    expect(() => decodeState(bytes.subarray(0, bytes.length - 1))).toThrow(IntegrityError);
    expect(() => decodeState(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow("has form 9");
  });
});
