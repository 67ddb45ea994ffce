import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LabelledFrame } from "../core/training/training-frame.ts";
import { LIGHTGBM_PYTHON } from "./lightgbm/venv.ts";
import { storeWork, synthetic, WORKS } from "./training-works.ts";

/** Both are run so often, in turn, each in a process of its own; the fastest counts. */
const RUNS = 3;
const LIGHTGBM_THREADS = 2;
const MILLRACE_THREADS = 1;
const FOLDER = join(import.meta.dirname, "..", ".cache", "training-work");

interface Trained {
  readonly binningSeconds: number;
  readonly trainingSeconds: number;
  readonly processorSeconds: number;
  readonly rocAuc: number;
  readonly peakMegabytes: number;
  /** Of the graph, where it is Millrace's. */
  readonly sha256?: string;
}

/** Prints a row for each work; LightGBM's half only where it is installed. */
export function compareWithLightgbm(flights: {
  readonly train: LabelledFrame;
  readonly test: LabelledFrame;
}) {
  const hasLightgbm = existsSync(LIGHTGBM_PYTHON);
  if (!hasLightgbm) {
    console.error(
      "no Python with LightGBM: Millrace alone. `node bench/lightgbm/set-up.ts` installs it.",
    );
  }
  return WORKS.map(({ rows, ...work }) => {
    const splits = rows === undefined ? flights : synthetic(rows);
    storeWork(FOLDER, work, splits, LIGHTGBM_THREADS);
    const millraces: Trained[] = [];
    const lightgbms: Trained[] = [];
    for (let run = 0; run < RUNS; run++) {
      millraces.push(train(process.execPath, "train-work.ts"));
      if (hasLightgbm) lightgbms.push(train(LIGHTGBM_PYTHON, "lightgbm/train.py"));
    }
    rmSync(FOLDER, { recursive: true });
    if (new Set(millraces.map(({ sha256 }) => sha256)).size !== 1) {
      throw new Error(`${work.work}: the same data gave different graphs`);
    }
    const millrace = fastest(millraces) as Trained;
    const lightgbm = fastest(lightgbms);
    const row = {
      benchmark: "training-compared",
      work: work.work,
      trees: work.trees,
      leaves: work.leaves,
      millrace: { threads: MILLRACE_THREADS, ...millrace },
      ...(lightgbm && {
        lightgbm: { threads: LIGHTGBM_THREADS, ...lightgbm },
        ratio: total(millrace) / total(lightgbm),
        processorRatio: least(millraces) / least(lightgbms),
        rocAucDifference: millrace.rocAuc - lightgbm.rocAuc,
        memoryRatio: millrace.peakMegabytes / lightgbm.peakMegabytes,
      }),
    };
    console.log(JSON.stringify(row));
    return row;
  });
}

function train(command: string, file: string): Trained {
  const path = join(import.meta.dirname, file);
  return JSON.parse(execFileSync(command, [path, FOLDER], { encoding: "utf8" })) as Trained;
}

function total({ binningSeconds, trainingSeconds }: Trained): number {
  return binningSeconds + trainingSeconds;
}

function fastest(runs: readonly Trained[]): Trained | undefined {
  return runs.toSorted((a, b) => total(a) - total(b))[0];
}

function least(runs: readonly Trained[]): number {
  return Math.min(...runs.map(({ processorSeconds }) => processorSeconds));
}
