import { describe, expect, it } from "vitest";
import { candidateSchema } from "../../../core/definition/candidate-schema.ts";
import { type Task, widthOf } from "../../../core/definition/task.ts";
import { rowOf, scoreFrame } from "../../../core/evaluation/score-frame.ts";
import { sampleColumns } from "../../../core/run/sample-columns.ts";
import { modelGraph } from "../../../core/training/model-graph.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { openGraph } from "../../../engine/onnx/open-graph.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";

const ROWS = 240;

/** Rows of queries of eight whose label follows their numbers and towns; a few values are missing. */
function frame(task: Task): LabelledFrame {
  const ages = Float32Array.from({ length: ROWS }, (_, i) =>
    i % 17 === 0 ? Number.NaN : ((i * 37) % 101) / 7,
  );
  const sizes = Float32Array.from({ length: ROWS }, (_, i) => ((i * 53) % 97) * 1.1);
  const codes = Int32Array.from({ length: ROWS }, (_, i) => (i % 13 === 0 ? -1 : i % 3));
  const levels = Array.from(sizes, (size, i) => size / 40 + (codes[i] === 1 ? 0.6 : 0));
  const places = { binary: 2, multiclass: 3, regression: 0, ranking: 3 }[task.type];
  const labelOf = (level: number) => Math.min(places - 1, Math.floor(level));
  const labels =
    task.type === "regression"
      ? Float64Array.from(levels, (level) => 1000 * level)
      : task.type === "ranking"
        ? Float64Array.from(levels, labelOf)
        : Uint8Array.from(levels, labelOf);
  return {
    rows: ROWS,
    labels,
    ...(task.type === "ranking" && {
      groups: Uint32Array.from({ length: ROWS / 8 + 1 }, (_, i) => 8 * i),
    }),
    columns: [
      { kind: "number", name: "age", values: ages },
      { kind: "number", name: "size", values: sizes },
      { kind: "category", name: "town", codes, dictionary: ["Bonn", "Köln", "Ulm"] },
    ],
  };
}

const BINARY: Task = { type: "binary" };
const MULTICLASS: Task = { type: "multiclass", classes: ["low", "middle", "high"] };
const REGRESSION: Task = { type: "regression", quantiles: [0.1, 0.9] };
const RANKING: Task = { type: "ranking" };

describe("a trained model tells a row alone and among others the same bits", () => {
  it.each([
    ["gradient-boosting", BINARY, { trees: 12 }],
    ["gradient-boosting", MULTICLASS, { trees: 12 }],
    ["gradient-boosting", REGRESSION, { trees: 12 }],
    ["gradient-boosting", RANKING, { trees: 12 }],
    ["logistic-regression", MULTICLASS, {}],
    ["linear-regression", REGRESSION, {}],
    ["neural-network", MULTICLASS, { epochs: 3 }],
    ["neural-network", REGRESSION, { epochs: 3 }],
  ])("%s of %j", async (family, task, parameters) => {
    const rows = frame(task);
    const model = await trainCandidate({
      candidate: candidateSchema.parse({ name: "tried", family, parameters }),
      ...{ task, seed: 1, train: rows, validation: rows, tools: { openGraph } },
    });
    const graph = modelGraph(model, rows.columns, { task, threshold: 0.5 });
    const scorer = await openScorer(graph, task);

    const together = await scoreFrame(scorer, rows);

    const inputs = rows.columns.map(({ name, kind }) => ({ name, kind, origin: "field" }) as const);
    const alone: number[] = [];
    for (let row = 0; row < ROWS; row++) {
      const sample = { inputs: rowOf(rows, row), score: 0 };
      alone.push(...(await scorer.score(sampleColumns(inputs, [sample]))).predictions);
    }
    await scorer.release();
    expect(together).toHaveLength(ROWS * widthOf(task));
    expect(Float32Array.from(alone)).toEqual(together);
    expect(new Set(together).size).toBeGreaterThan(4);
  });
});
