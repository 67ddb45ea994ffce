import { describe, expect, it } from "vitest";
import { rowOf, scoreFrame, withScorer } from "../../../core/evaluation/score-frame.ts";
import type { ScoringColumns } from "../../../core/inference/scorer.ts";
import type { Frame } from "../../../core/training/training-frame.ts";

const frame: Frame = {
  rows: 3,
  columns: [
    { kind: "number", name: "age", values: Float32Array.of(0.25, Number.NaN, 0.5) },
    { kind: "category", name: "town", codes: Int32Array.of(1, -1, 0), dictionary: ["Bonn", "Ulm"] },
  ],
};

/** Answers with the numbers of a column, and keeps what it was asked. */
function recordingScorer() {
  const asked: ScoringColumns[] = [];
  return {
    asked,
    score: async (columns: ScoringColumns) => {
      asked.push(columns);
      const scores = columns.age as Float32Array;
      return { scores, predictions: scores, labels: new Uint8Array(scores.length) };
    },
  };
}

describe("withScorer", () => {
  it("releases the graph that it opened, also where the work fails", async () => {
    const seen: unknown[] = [];
    const open = async (graph: Uint8Array) => ({
      ...recordingScorer(),
      release: async () => {
        seen.push(graph);
      },
    });
    const graph = Uint8Array.of(1, 2);

    const scores = await withScorer(open, graph, (score) => score(frame));
    const failed = withScorer(open, graph, async () => {
      throw new Error("in the work");
    });

    expect(scores).toEqual(Float32Array.of(0.25, Number.NaN, 0.5));
    await expect(failed).rejects.toThrow("in the work");
    expect(seen).toEqual([graph, graph]);
  });
});

describe("scoreFrame", () => {
  it("hands rows over as the graph takes them: NaN and empty strings are missing", async () => {
    const scorer = recordingScorer();

    const scores = await scoreFrame(scorer, frame);

    expect(scorer.asked).toEqual([
      { age: Float32Array.of(0.25, Number.NaN, 0.5), town: ["Ulm", "", "Bonn"] },
    ]);
    expect(scores).toEqual(Float32Array.of(0.25, Number.NaN, 0.5));
  });

  it("hands over only the inputs that the graph has", async () => {
    const scorer = recordingScorer();

    await scoreFrame(scorer, frame, ["age"]);

    expect(Object.keys(scorer.asked[0] ?? {})).toEqual(["age"]);
  });

  it("scores every row of a frame larger than a batch, in order", async () => {
    const values = Float32Array.from({ length: 20_000 }, (_, i) => i);
    const scorer = recordingScorer();

    const scores = await scoreFrame(scorer, {
      rows: values.length,
      columns: [{ kind: "number", name: "age", values }],
    });

    expect(scorer.asked.length).toBeGreaterThan(1);
    expect(scores).toEqual(values);
  });
});

describe("rowOf", () => {
  it("says a row as a request would", () => {
    expect([0, 1].map((row) => rowOf(frame, row))).toEqual([
      { age: 0.25, town: "Ulm" },
      { age: null, town: null },
    ]);
  });
});
