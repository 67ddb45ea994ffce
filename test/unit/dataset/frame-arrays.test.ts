import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupsOf } from "../../../engine/dataset/frame-arrays.ts";

describe("groupsOf", () => {
  it("says where queries begin and where the last one ends", () => {
    expect(groupsOf(Uint32Array.of(0, 0, 1, 2, 2, 2))).toEqual(Uint32Array.of(0, 2, 3, 6));
    expect(groupsOf(Uint32Array.of(7))).toEqual(Uint32Array.of(0, 1));
    expect(groupsOf(Uint32Array.of())).toEqual(Uint32Array.of(0));
  });

  it("gives back the sizes that rows were laid out by", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 50 }), (sizes) => {
        const queries = Uint32Array.from(sizes.flatMap((size, i) => new Array(size).fill(i)));
        const groups = groupsOf(queries);
        expect(Array.from(groups.subarray(1), (end, i) => end - (groups[i] ?? 0))).toEqual(sizes);
      }),
    );
  });

  it("holds more queries than a call has arguments", () => {
    expect(groupsOf(Uint32Array.from({ length: 300_000 }, (_, i) => i))).toHaveLength(300_001);
  });
});
