import { describe, expect, it } from "vitest";
import { sampleFrame } from "../../../core/training/sample-frame.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";

/** A frame whose every array says the row's number. */
function numbered(rows: number, groups?: Uint32Array): LabelledFrame {
  const numbers = Float64Array.from({ length: rows }, (_, row) => row);
  return {
    rows,
    columns: [{ kind: "number", name: "x", values: Float32Array.from(numbers) }],
    labels: numbers,
    weights: numbers,
    ...(groups && { groups }),
  };
}

describe("sampleFrame", () => {
  it("draws a share of the rows, in their order, with labels and weights", () => {
    const sample = sampleFrame(numbered(1000), 0.25, 1);

    expect(sample.rows).toBe(250);
    expect([...sample.labels]).toEqual([...sample.labels].toSorted((a, b) => a - b));
    expect([...(sample.weights ?? [])]).toEqual([...sample.labels]);
    const [column] = sample.columns;
    expect(column?.kind === "number" && [...column.values]).toEqual([...sample.labels]);
  });

  it("changes with the seed, and with nothing else", () => {
    const frame = numbered(1000);

    expect(sampleFrame(frame, 0.25, 1)).toEqual(sampleFrame(frame, 0.25, 1));
    expect(sampleFrame(frame, 0.25, 1)).not.toEqual(sampleFrame(frame, 0.25, 2));
  });

  it("gives the frame itself for all of it, and keeps 100 rows where there are as many", () => {
    const frame = numbered(1000);

    expect(sampleFrame(frame, 1, 1)).toBe(frame);
    expect(sampleFrame(frame, 0.001, 1).rows).toBe(100);
    expect(sampleFrame(numbered(30), 0.5, 1).rows).toBe(30);
  });

  it("keeps a row of each class, however rare", () => {
    const labels = new Uint8Array(10_000);
    labels[4_321] = 1;
    labels[7_000] = 2;
    labels[9_999] = 2;
    const frame = { ...numbered(10_000), labels };

    const sample = sampleFrame(frame, 0.01, 1);

    expect([...new Set(sample.labels)]).toEqual([0, 1, 2]);
    expect(sample.rows).toBe(102);
    const [column] = sample.columns;
    const rows = column?.kind === "number" ? [...column.values] : [];
    expect(rows).toContain(4_321);
    expect(rows).toContain(7_000);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  });

  it("keeps queries of a ranking whole", () => {
    const groups = Uint32Array.from({ length: 401 }, (_, query) => 3 * query);

    const sample = sampleFrame(numbered(1200, groups), 0.5, 1);

    expect(sample.rows).toBe(600);
    expect(sample.groups).toHaveLength(201);
    for (let query = 0; query < 200; query++) {
      const begin = sample.groups?.[query] as number;
      const first = sample.labels[begin] as number;
      expect(first % 3).toBe(0);
      expect([...sample.labels.subarray(begin, begin + 3)]).toEqual([first, first + 1, first + 2]);
    }
  });
});
