import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../core/training/random.ts";
import { byteLabels, type LabelledFrame } from "../core/training/training-frame.ts";
import { loadFlights } from "./flights.ts";
import { lendingClubFolds } from "./lending-club.ts";
import type { Splits } from "./splits.ts";

/** What two trainers are given alike; the other one's own defaults are set to Millrace's. */
export interface Work {
  readonly work: string;
  readonly family: "gradient-boosting" | "logistic-regression" | "neural-network";
  /** By Millrace's names; `lightgbm/train.py` knows the others'. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How far below the other's the ROC-AUC may be. */
  readonly aucTolerance: number;
  readonly load: () => readonly Splits[] | Promise<readonly Splits[]>;
}

/** A work as it lies in its folder: `work.json`, and a file a column and split. */
export interface StoredWork extends Omit<Work, "load"> {
  readonly threads: number;
  readonly kinds: readonly ("float32" | "int32")[];
}

const SAME = { learningRate: 0.1, bins: 255, minLeafRows: 20, minLeafWeight: 1, l2: 1 };
const boosting = { family: "gradient-boosting", aucTolerance: 0.002 } as const;

/** Every how many flights one is taken for scikit-learn, which takes minutes for all. */
const FLIGHTS_STEP = 8;

export const WORKS: readonly Work[] = [
  {
    ...boosting,
    work: "synthetic 500,000 x 28",
    parameters: { trees: 20, leaves: 63, ...SAME },
    load: () => [synthetic(500_000)],
  },
  {
    ...boosting,
    work: "synthetic 1,000,000 x 28",
    parameters: { trees: 10, leaves: 255, ...SAME },
    load: () => [synthetic(1_000_000)],
  },
  {
    ...boosting,
    work: "flights",
    parameters: { trees: 100, leaves: 63, ...SAME },
    load: async () => [await loadFlights()],
  },
  {
    ...boosting,
    work: "lending_club, 5-fold",
    // LightGBM's defaults for trees and leaves; at its learning rate of 0.1 both overfit.
    parameters: { trees: 100, leaves: 31, ...SAME, learningRate: 0.05 },
    aucTolerance: 0.005,
    load: () => lendingClubFolds(5),
  },
  {
    work: "logistic regression, every eighth flight",
    family: "logistic-regression",
    parameters: { l1: 0, l2: 1, maxIterations: 200 },
    aucTolerance: 0.002,
    load: async () => {
      const { train, test } = await loadFlights();
      return [{ train: everyEighth(train), test: everyEighth(test) }];
    },
  },
  {
    work: "neural network, synthetic 100,000 x 28",
    family: "neural-network",
    parameters: {
      ...{ hiddenUnits: [64, 32], epochs: 10, batchSize: 512, learningRate: 0.002 },
      ...{ dropout: 0, batchNormalisation: false, schedule: "constant", weightDecay: 0 },
      earlyStoppingEpochs: 0,
    },
    aucTolerance: 0.005,
    load: () => [synthetic(100_000)],
  },
];

/** Rows of 28 bell-shaped numbers, of which five decide, not additively. */
export function synthetic(rows: number): Splits {
  const random = seededRandom(rows);
  const share = () => random.nextUint32() / 2 ** 32;
  const make = (count: number): LabelledFrame => {
    const columns = Array.from({ length: 28 }, (_, f) => ({
      kind: "number" as const,
      name: `x${f}`,
      values: Float32Array.from({ length: count }, () => share() + share() + share() - 1.5),
    }));
    const labels = Uint8Array.from({ length: count }, (_, row) => {
      const x = (f: number) => columns[f]?.values[row] as number;
      const score = 2 * x(0) + 3 * x(1) * x(2) + Math.sin(3 * x(3)) - x(4) ** 2;
      return share() < 1 / (1 + Math.exp(-2 * score)) ? 1 : 0;
    });
    return { rows: count, columns, labels };
  };
  return { train: make(rows), test: make(100_000) };
}

function everyEighth({ rows, columns, labels }: LabelledFrame): LabelledFrame {
  const keep = (_: unknown, row: number) => row % FLIGHTS_STEP === 0;
  return {
    rows: Math.ceil(rows / FLIGHTS_STEP),
    labels: byteLabels(labels).filter(keep),
    columns: columns.map((column) =>
      column.kind === "number"
        ? { ...column, values: column.values.filter(keep) }
        : { ...column, codes: column.codes.filter(keep) },
    ),
  };
}

/** Writes a work for `train-work.ts` and `lightgbm/train.py` to read. */
export function storeWork(folder: string, work: Work, { train, test }: Splits, threads: number) {
  mkdirSync(folder, { recursive: true });
  const kinds = train.columns.map(({ kind }) => (kind === "number" ? "float32" : "int32"));
  writeFileSync(join(folder, "work.json"), JSON.stringify({ ...work, threads, kinds }));
  const store = (split: string, { columns, labels }: LabelledFrame) => {
    columns.forEach((column, i) => {
      const values = column.kind === "number" ? column.values : column.codes;
      writeFileSync(join(folder, `${split}-${i}.bin`), values);
    });
    writeFileSync(join(folder, `${split}-labels.bin`), byteLabels(labels));
  };
  store("train", train);
  store("test", test);
}
