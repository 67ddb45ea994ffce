import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../core/training/random.ts";
import type { Frame, LabelledFrame } from "../core/training/training-frame.ts";

/** What two trainers are given alike; LightGBM's own defaults are set to Millrace's. */
export interface Work {
  readonly work: string;
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly bins: number;
  readonly minLeafRows: number;
  readonly minLeafWeight: number;
  readonly l2: number;
}

/** A work as it lies in its folder: `work.json`, and a file a column and split. */
export interface StoredWork extends Work {
  readonly threads: number;
  readonly kinds: readonly ("float32" | "int32")[];
}

interface Splits {
  readonly train: LabelledFrame;
  readonly test: LabelledFrame;
}

const SAME = { learningRate: 0.1, bins: 255, minLeafRows: 20, minLeafWeight: 1, l2: 1 };

export const WORKS: readonly (Work & { readonly rows?: number })[] = [
  { work: "synthetic 500,000 x 28", rows: 500_000, trees: 20, leaves: 63, ...SAME },
  { work: "synthetic 1,000,000 x 28", rows: 1_000_000, trees: 10, leaves: 255, ...SAME },
  { work: "flights", trees: 100, leaves: 63, ...SAME },
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

/** Writes a work for `train-work.ts` and `lightgbm/train.py` to read. */
export function storeWork(folder: string, work: Work, { train, test }: Splits, threads: number) {
  mkdirSync(folder, { recursive: true });
  const kinds = train.columns.map(({ kind }) => (kind === "number" ? "float32" : "int32"));
  writeFileSync(join(folder, "work.json"), JSON.stringify({ ...work, threads, kinds }));
  const store = (split: string, frame: Frame & { labels: Uint8Array }) => {
    frame.columns.forEach((column, i) => {
      const values = column.kind === "number" ? column.values : column.codes;
      writeFileSync(join(folder, `${split}-${i}.bin`), values);
    });
    writeFileSync(join(folder, `${split}-labels.bin`), frame.labels);
  };
  store("train", train);
  store("test", test);
}
