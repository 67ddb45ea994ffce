import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortedOrder } from "../../../core/evaluation/sorted-order.ts";

describe("sortedOrder", () => {
  it("orders what differs in sign, size and the last bit, equal ones as they come", () => {
    const values = Float64Array.of(1, -1, Infinity, 0, -0, 1 + Number.EPSILON, -1e300, 1, 5e-324);

    expect([...sortedOrder(values)]).toEqual([6, 1, 4, 3, 8, 0, 7, 5, 2]);
  });

  it("is that of a stable sort with a comparator", () => {
    const double = fc.double({ noNaN: true }).map((value) => value + 0);
    fc.assert(
      fc.property(fc.array(fc.oneof(double, fc.constantFrom(0, 0.5, -0.5))), (given) => {
        const values = Float64Array.from(given, (value) => (value === 0 ? 0 : value));
        const wanted = [...values.keys()].sort((a, b) => {
          const [first, second] = [values[a] as number, values[b] as number];
          return first === second ? a - b : first - second;
        });

        expect([...sortedOrder(values)]).toEqual(wanted);
        const float32 = Float32Array.from(values, Math.fround);
        const ordered = [...sortedOrder(float32)].map((i) => float32[i]);
        expect(ordered).toEqual([...float32.toSorted()]);
      }),
    );
  });

  it("has nothing to order in nothing", () => {
    expect(sortedOrder(new Float32Array())).toEqual(new Uint32Array());
  });
});
