/** `node bench/train-work.ts <folder>`: trains Millrace on a work of `training-works.ts`; one JSON row. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { candidateSchema } from "../core/definition/candidate-schema.ts";
import { measure } from "../core/evaluation/measure.ts";
import { findBins } from "../core/training/boosting/feature-bins.ts";
import { sigmoid } from "../core/training/log-loss.ts";
import { modelGraph } from "../core/training/model-graph.ts";
import { trainCandidate } from "../core/training/train-candidate.ts";
import {
  byteLabels,
  type FrameColumn,
  type LabelledFrame,
} from "../core/training/training-frame.ts";
import { threadedRows } from "../engine/training/threaded-rows.ts";
import { rocAuc } from "./roc-auc.ts";
import type { StoredWork } from "./training-works.ts";

// before it is loaded: it reports to its maker otherwise
process.env.ORT_DISABLE_TELEMETRY = "1";

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
const isBoosting = work.family === "gradient-boosting";
const candidate = candidateSchema.parse({
  name: "work",
  family: work.family,
  parameters: { ...work.parameters, ...(isBoosting && { earlyStoppingRounds: 0 }) },
});
// Loaded where it is needed only, so that memory is counted rightly.
const tools = isBoosting
  ? { kernels: threadedRows(work.threads) }
  : (await import("../engine/training/training-tools.ts")).TRAINING_TOOLS;

const task = { type: "binary" } as const;
const processorBefore = process.cpuUsage();
const startedAt = performance.now();
const model = await trainCandidate({ candidate, task, seed: 1, train, validation: nothing, tools });
const trainedAt = performance.now();
const { user, system } = process.cpuUsage(processorBefore);
// Not maxRSS, which begins with what the process that started this one had.
const [, peakKilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
// Borders once more, to tell their part; putting rows into bins is counted as training.
if (isBoosting) for (const column of train.columns) findBins(column, 255);
const binningMs = performance.now() - trainedAt;

const test = load("test");
const labels = byteLabels(test.labels);
const scores = model.scores(test);
const graph = modelGraph(model, train.columns, { task, threshold: 0.5 });
console.log(
  JSON.stringify({
    binningSeconds: Math.round(binningMs) / 1000,
    trainingSeconds: Math.round(trainedAt - startedAt - binningMs) / 1000,
    processorSeconds: (user + system) / 1e6,
    rocAuc: rocAuc(labels, scores),
    logLoss: measure({ type: "binary" }, { labels, predictions: scores.map(sigmoid) }).logLoss,
    peakMegabytes: Math.round(Number(peakKilobytes) / 1024),
    sha256: createHash("sha256").update(graph).digest("hex"),
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
