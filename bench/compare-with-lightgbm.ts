import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LIGHTGBM_PYTHON } from "./lightgbm/venv.ts";
import type { Splits } from "./splits.ts";
import { storeWork, WORKS, type Work } from "./training-works.ts";

/** Both are run so often, in turn, each in a process of its own; the fastest counts. */
const RUNS = 3;
/** Of both. */
const THREADS = 2;
const FOLDER = join(import.meta.dirname, "..", ".cache", "training-work");

interface Trained {
  readonly binningSeconds: number;
  readonly trainingSeconds: number;
  readonly processorSeconds: number;
  readonly rocAuc: number;
  readonly logLoss: number;
  readonly peakMegabytes: number;
  /** Of the graph, where it is Millrace's. */
  readonly sha256?: string;
}

export interface Compared {
  readonly work: string;
  readonly aucTolerance: number;
  readonly millrace: Trained;
  /** Without the other library: nothing of the rest. */
  readonly other?: Trained;
  readonly ratio?: number;
  readonly rocAucDifference?: number;
  readonly memoryRatio?: number;
}

/**
 * Prints a row for each work; the half of LightGBM, or of scikit-learn for other families than boosting,
 * only where they are installed.
 *
 * @param only part of the names of the works to train; "" for all
 */
export async function compareWithLightgbm(only: string): Promise<readonly Compared[]> {
  const isInstalled = existsSync(LIGHTGBM_PYTHON);
  if (!isInstalled) {
    console.error(
      "no Python with LightGBM: Millrace alone. `node bench/lightgbm/set-up.ts` installs it.",
    );
  }
  const rows: Compared[] = [];
  for (const work of WORKS) {
    if (!work.work.includes(only)) continue;
    const row = compare(work, await work.load(), isInstalled);
    console.log(JSON.stringify({ benchmark: "training-compared", ...row }));
    rows.push(row);
  }
  return rows;
}

function compare(work: Work, splits: readonly Splits[], isInstalled: boolean): Compared {
  const { family, parameters, aucTolerance } = work;
  const folds = splits.map((split) => {
    storeWork(FOLDER, work, split, THREADS);
    const millraces: Trained[] = [];
    const others: Trained[] = [];
    for (let run = 0; run < RUNS; run++) {
      millraces.push(train(process.execPath, "train-work.ts"));
      if (isInstalled) others.push(train(LIGHTGBM_PYTHON, "lightgbm/train.py"));
    }
    rmSync(FOLDER, { recursive: true });
    if (new Set(millraces.map(({ sha256 }) => sha256)).size !== 1) {
      throw new Error(`${work.work}: the same data gave different graphs`);
    }
    return { millrace: fastest(millraces) as Trained, other: fastest(others) };
  });
  const millrace = together(folds.map((fold) => fold.millrace));
  const shared = { work: work.work, family, parameters, threads: THREADS, aucTolerance, millrace };
  const others = folds.flatMap((fold) => fold.other ?? []);
  if (others.length === 0) return shared;
  const other = together(others);
  return {
    ...shared,
    other,
    ratio: total(millrace) / total(other),
    rocAucDifference: millrace.rocAuc - other.rocAuc,
    memoryRatio: millrace.peakMegabytes / other.peakMegabytes,
  };
}

function train(command: string, file: string): Trained {
  const path = join(import.meta.dirname, file);
  return JSON.parse(execFileSync(command, [path, FOLDER], { encoding: "utf8" })) as Trained;
}

/** Seconds of all folds, the mean of their scores, the highest peak. */
function together(folds: readonly Trained[]): Trained {
  const sum = (value: (fold: Trained) => number) =>
    folds.reduce((all, fold) => all + value(fold), 0);
  return {
    binningSeconds: sum((fold) => fold.binningSeconds),
    trainingSeconds: sum((fold) => fold.trainingSeconds),
    processorSeconds: sum((fold) => fold.processorSeconds),
    rocAuc: sum((fold) => fold.rocAuc) / folds.length,
    logLoss: sum((fold) => fold.logLoss) / folds.length,
    peakMegabytes: Math.max(...folds.map((fold) => fold.peakMegabytes)),
  };
}

function total({ binningSeconds, trainingSeconds }: Trained): number {
  return binningSeconds + trainingSeconds;
}

function fastest(runs: readonly Trained[]): Trained | undefined {
  return runs.toSorted((a, b) => total(a) - total(b))[0];
}
