/** `node bench/train-work.ts <folder>`: trains Millrace on a work of `training-works.ts`; one JSON row. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boostingParameters } from "../core/definition/parameters/boosting.ts";
import { findBins } from "../core/training/boosting/feature-bins.ts";
import { trainBoosting } from "../core/training/boosting/train-boosting.ts";
import {
  byteLabels,
  type FrameColumn,
  type LabelledFrame,
} from "../core/training/training-frame.ts";
import { threadedRows } from "../engine/training/threaded-rows.ts";
import { rocAuc } from "./roc-auc.ts";
import type { StoredWork } from "./training-works.ts";

const [folder = ""] = process.argv.slice(2);
const work = JSON.parse(readFileSync(join(folder, "work.json"), "utf8")) as StoredWork;
const train = load("train");
const nothing: LabelledFrame = {
  rows: 0,
  labels: new Uint8Array(),
  columns: train.columns.map((column) =>
    column.kind === "number"
      ? { ...column, values: new Float32Array() }
      : { ...column, codes: new Int32Array() },
  ),
};

const parameters = boostingParameters.parse({
  ...{ trees: work.trees, leaves: work.leaves, learningRate: work.learningRate, bins: work.bins },
  ...{ minLeafRows: work.minLeafRows, minLeafWeight: work.minLeafWeight, l2: work.l2 },
  earlyStoppingRounds: 0,
});
const threads = Number(process.argv[3] ?? 2);
const processorBefore = process.cpuUsage();
const startedAt = performance.now();
const model = trainBoosting(parameters, { type: "binary" }, 1, train, nothing, {
  makeKernels: threadedRows(threads),
});
const trainedAt = performance.now();
const { user, system } = process.cpuUsage(processorBefore);
// Not maxRSS, which begins with what the process that started this one had.
const [, peakKilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
// Borders once more, to tell their part; putting rows into bins is counted as training.
for (const column of train.columns) findBins(column, work.bins);
const binningMs = performance.now() - trainedAt;

const test = load("test");
console.log(
  JSON.stringify({
    binningSeconds: Math.round(binningMs) / 1000,
    trainingSeconds: Math.round(trainedAt - startedAt - binningMs) / 1000,
    processorSeconds: (user + system) / 1e6,
    rocAuc: rocAuc(byteLabels(test.labels), model.scores(test)),
    peakMegabytes: Math.round(Number(peakKilobytes) / 1024),
    sha256: createHash("sha256")
      .update(model.state?.() as Uint8Array)
      .digest("hex"),
  }),
);

function load(split: string): LabelledFrame {
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name))).buffer;
  const labels = new Uint8Array(bytesOf(`${split}-labels.bin`));
  const columns = work.kinds.map((kind, i): FrameColumn => {
    const buffer = bytesOf(`${split}-${i}.bin`);
    const name = `column ${i}`;
    if (kind === "float32") return { kind: "number", name, values: new Float32Array(buffer) };
    const codes = new Int32Array(buffer);
    const dictionary = Array.from({ length: 1 + Math.max(...new Set(codes)) }, (_, c) => `${c}`);
    return { kind: "category", name, codes, dictionary };
  });
  return { rows: labels.length, labels, columns };
}
