import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { findBins } from "../../../core/training/boosting/feature-bins.ts";
import { histogramShape } from "../../../core/training/boosting/histogram.ts";
import { histogramPool, mostHistograms } from "../../../core/training/boosting/histogram-pool.ts";
import type {
  BoostingKernels,
  BoostingRows,
  KernelsInput,
} from "../../../core/training/boosting/kernels/boosting-rows.ts";
import { fastestRows } from "../../../core/training/boosting/kernels/fastest-rows.ts";
import { plainRows } from "../../../core/training/boosting/kernels/plain-rows.ts";
import { wasmLayout } from "../../../core/training/boosting/kernels/wasm-layout.ts";
import { wasmRows } from "../../../core/training/boosting/kernels/wasm-rows.ts";
import { trainBoosting } from "../../../core/training/boosting/train-boosting.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { candidate, frameOf, numbers, shares, shops, strings, withoutRows } from "./frames.ts";

type Make = (input: KernelsInput) => BoostingKernels | undefined;

function inputOf(
  train: LabelledFrame,
  validation: LabelledFrame,
  slopes: KernelsInput["slopes"] = "log-loss",
): KernelsInput {
  const bins = train.columns.map((column) => findBins(column, 255));
  const shape = histogramShape(bins);
  return { train, validation, bins, shape, slopes, targets: 1, histograms: 3 };
}

function kernelsOn(
  make: Make,
  train: LabelledFrame,
  validation = train,
  slopes: KernelsInput["slopes"] = "log-loss",
): BoostingKernels {
  const made = make(inputOf(train, validation, slopes));
  if (!made) throw new Error("the rows fit into memory");
  return made;
}

const scoresOf = ({ scores }: BoostingRows) => scores[0] as Float64Array;

/** Rows whose scores are anything that training can bring about. */
function scored(make: Make, train: LabelledFrame, seed: number, width: number): BoostingRows {
  const { train: rows } = kernelsOn(make, train);
  const next = shares(seed);
  for (let row = 0; row < rows.count; row++) scoresOf(rows)[row] = (next() - 0.5) * width;
  return rows;
}

describe("kernels in WebAssembly", () => {
  it.each<[string, Task, Record<string, unknown>]>([
    ["all rows", { type: "binary" }, {}],
    ["samples", { type: "binary" }, { rowShare: 0.6, columnShare: 0.7 }],
    ["given slopes", { type: "binary" }, { sampling: "goss", learningRate: 0.3 }],
    ["two classes by softmax", { type: "multiclass", classes: ["a", "b"] }, {}],
    ["squares and quantiles", { type: "regression", quantiles: [0.1] }, {}],
    ["a tail", { type: "regression", quantiles: [] }, { objective: "tweedie" }],
  ])("boost the same trees as those in JavaScript, bit by bit, on %s", (_name, task, changed) => {
    const { parameters } = candidate("gradient-boosting", {
      ...{ trees: 12, leaves: 15 },
      ...(changed as Record<string, number>),
    });
    const labelled = (frame: LabelledFrame): LabelledFrame =>
      task.type === "regression"
        ? { ...frame, labels: Float64Array.from(frame.labels, (label, row) => label * (row % 97)) }
        : frame;
    const boosted = (make: Make) => {
      const makeKernels = make as (input: KernelsInput) => BoostingKernels;
      const [train, held] = [labelled(shops(3_001, 1)), labelled(shops(777, 2))];
      const model = trainBoosting(parameters as never, task, 1, train, held, { makeKernels });
      return { state: model.state?.(), curve: model.summary.learningCurve };
    };

    expect(boosted(wasmRows)).toEqual(boosted(plainRows));
  });

  it("find the same losses, slopes and sums for any scores and any number of features", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.constantFrom(0.001, 4, 3_000),
        (features, count, seed, width) => {
          const next = shares(seed);
          const column = () =>
            Array.from({ length: count }, () => (next() < 0.1 ? Number.NaN : next() - 0.5));
          const train = frameOf(
            Array.from({ length: features }, (_, f) => numbers(`x${f}`, column())),
            column().map((_, row) => row & 1),
          );
          const [wasm, plain] = [wasmRows, plainRows].map((make) => {
            const { allocate } = kernelsOn(make, train);
            const kernels = kernelsOn(make, train);
            const rows = kernels.train;
            const again = shares(seed);
            for (let row = 0; row < count; row++) scoresOf(rows)[row] = (again() - 0.5) * width;
            const into = kernels.allocate();
            const loss = rows.fillSlopes();
            rows.enumerate();
            rows.sumUp(0, count, into);
            return { loss, into: [...into], length: allocate().length };
          });

          expect(wasm).toEqual(plain);
        },
      ),
    );
  });

  it("sum up more rows than packed sums can hold at once", () => {
    const rows = 20_001;
    const train = frameOf(
      [numbers("x", new Array(rows).fill(1))],
      Array.from({ length: rows }, () => 1),
    );
    const [wasm, plain] = [wasmRows, plainRows].map((make) => {
      const kernels = kernelsOn(make, train);
      scoresOf(kernels.train).fill(-800, 0, rows);
      kernels.train.fillSlopes();
      kernels.train.enumerate();
      const into = kernels.allocate();
      kernels.train.sumUp(0, rows, into);
      return [...into];
    });

    expect(wasm).toEqual(plain);
    expect(wasm?.slice(3)).toEqual([-rows, 0, rows]);
  });
});

describe("the gradient pass", () => {
  it.each([
    ["WebAssembly", wasmRows],
    ["JavaScript", plainRows],
  ])(
    "in %s finds the log-loss to 1e-12 and gradients whose sum is right to one step",
    (_name, make) => {
      const count = 70_001; // more than a block
      const column = Array.from({ length: count }, (_, row) => row % 7);
      const train = frameOf(
        [numbers("x", column)],
        column.map((_, row) => (row % 3 === 0 ? 1 : 0)),
      );
      const kernels = kernelsOn(make, train);
      const rows = kernels.train;
      const next = shares(5);
      let loss = 0;
      let gradients = 0;
      let hessians = 0;
      for (let row = 0; row < count; row++) {
        const score = (next() - 0.5) * 12;
        scoresOf(rows)[row] = score;
        const probability = 1 / (1 + Math.exp(-score));
        const label = train.labels[row] as number;
        loss -= Math.log(label === 1 ? probability : 1 - probability) / count;
        gradients += probability - label;
        hessians += probability * (1 - probability);
      }
      const into = kernels.allocate();

      expect(rows.fillSlopes()).toBeCloseTo(loss, 11);
      rows.enumerate();
      rows.sumUp(0, count, into);
      const sums = [0, 1, 2].map((field) => into.filter((_, i) => i % 3 === field));
      const [gradient, hessian, seen] = sums.map((part) => part.reduce((a, b) => a + b, 0));

      // Two lanes and two blocks: at most half a step each is left over.
      expect(Math.abs((gradient as number) - gradients)).toBeLessThan(2 / 2048);
      expect(Math.abs((hessian as number) - hessians)).toBeLessThan(2 / 4096);
      expect(seen).toBe(count);
    },
  );

  it("has no loss for no rows, and counts a certain mistake as 1e-15", () => {
    const one = frameOf([numbers("x", [1, 1])], [1, 1]);
    for (const make of [wasmRows, plainRows]) {
      expect(kernelsOn(make, one, withoutRows(one)).held.fillSlopes()).toBeNaN();
      const rows = scored(make, one, 1, 0);
      scoresOf(rows).fill(-1_000, 0, 2);
      expect(rows.fillSlopes()).toBeCloseTo(-Math.log(1e-15), 10);
    }
  });
});

describe("wasmLayout", () => {
  const few = frameOf([numbers("x", [1, 2])], [0, 1]);

  it("keeps arrays apart", () => {
    const layout = wasmLayout({ ...inputOf(few, few), targets: 3 }, 2);

    expect(layout?.train.order).toBeGreaterThanOrEqual((layout?.train.columns as number) + 2);
    expect((layout?.pages as number) * 65_536).toBeGreaterThan((layout?.held.labels as number) + 2);
    expect(layout?.spill).toBeGreaterThanOrEqual((layout?.scratch as number) + 12);
  });

  it("has none for what 32 bits cannot address, so that JavaScript takes over", () => {
    const many = { ...few, rows: 200_000_000 };

    expect(wasmLayout({ ...inputOf(few, few), train: many }, 1)).toBeUndefined();
    expect(wasmRows({ ...inputOf(few, few), train: many })).toBeUndefined();
  });

  it("leaves histograms beyond 4 GiB to JavaScript", () => {
    const input = { ...inputOf(few, few), histograms: 2 ** 28 };

    expect(fastestRows(input).allocate().buffer.byteLength).toBe(input.shape.length * 8);
  });

  it("fails where a column is not of the kind of its bins", () => {
    const other = frameOf([strings("x", ["a", "b"])], [0, 1]);

    expect(() => wasmRows({ ...inputOf(few, few), validation: other })).toThrow("is no number");
  });
});

describe("histogramPool", () => {
  it.each([0, 800, 4_000, 1e9])("never needs more than it says, with %d bytes", (budgetBytes) => {
    const leaves = 20;
    let made = 0;
    const pool = histogramPool(10, () => new Float64Array(10 * ++made), budgetBytes);
    const kept: Float64Array[] = [];
    for (let open = 1; open < leaves; open++) {
      const two = [pool.take(), pool.take()];
      for (const histogram of two.slice(1)) {
        if (pool.mayKeep()) kept.push(histogram);
        else pool.giveBack(histogram);
      }
      pool.giveBack(two[0] as Float64Array);
    }

    expect(made).toBeLessThanOrEqual(mostHistograms(10, leaves, budgetBytes));
  });
});
