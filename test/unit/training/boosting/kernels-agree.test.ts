import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import type {
  BoostingKernels,
  KernelsInput,
} from "../../../../core/training/boosting/kernels/boosting-rows.ts";
import { plainRows } from "../../../../core/training/boosting/kernels/plain-rows.ts";
import { wasmRows } from "../../../../core/training/boosting/kernels/wasm-rows.ts";
import { shops } from "../frames.ts";
import { lightgbmWork, OBJECTIVES } from "./lightgbm-fixture.ts";
import { boosted } from "./train.ts";

/** Kernels in WebAssembly and nothing else. */
function onlyWasm(input: KernelsInput): BoostingKernels {
  const kernels = wasmRows(input);
  if (!kernels) throw new Error("these rows fit into WebAssembly's memory");
  return kernels;
}

const models = (...[parameters, work]: Parameters<typeof boosted>) =>
  [onlyWasm, plainRows].map((makeKernels) =>
    new TextDecoder().decode(boosted(parameters, { ...work, makeKernels }).state()),
  );

describe("kernels in WebAssembly and in JavaScript", () => {
  it.each(OBJECTIVES)("give the same trees of %s, bit by bit", (objective) => {
    const { train, held, task, parameters } = lightgbmWork(objective);
    const weights = Float64Array.from(train.labels, (_, row) => (row % 5) / 3);

    for (const frame of [train, { ...train, weights }]) {
      const [wasm, plain] = models(parameters, { task, train: frame, validation: held });
      expect(wasm).toBe(plain);
    }
  });

  it("give the same trees on samples, on classes and quantiles with categories", () => {
    const frame = shops(2_000, 1);
    const labels = Float64Array.from(frame.labels, (label, row) => label * 1e6 + (row % 11));
    const quantiles: Task = { type: "regression", quantiles: [0.1, 0.9] };
    const works = [
      [{ sampling: "goss", learningRate: 0.5 }, { train: frame }],
      [
        { rowShare: 0.4, nodeColumnShare: 0.5 },
        { train: { ...frame, labels }, task: quantiles },
      ],
    ] as const;

    for (const [parameters, work] of works) {
      const [wasm, plain] = models({ trees: 6, leaves: 8, ...parameters }, work);
      expect(wasm).toBe(plain);
    }
  });
});
