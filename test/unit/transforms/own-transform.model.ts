import { defineModel } from "../../../core/definition/define-model.ts";
import { defineTransform } from "../../../core/transforms/define-transform.ts";

/** How far a number is from the mean of the rows with the same string. */
const fromGroupMean = defineTransform({
  name: "from_group_mean",
  reads: ["number", "category"],
  makes: { "": "number" },
  fit({
    rows,
    columns,
    options,
  }: {
    rows: number;
    columns: readonly (Float32Array | readonly string[])[];
    options: { shrink?: number };
  }) {
    const [values, groups] = columns as [Float32Array, readonly string[]];
    const sums: Record<string, { sum: number; count: number }> = {};
    let all = 0;
    for (let row = 0; row < rows; row++) {
      const group = groups[row] as string;
      const own = sums[group] ?? { sum: 0, count: options.shrink ?? 0 };
      sums[group] = own;
      own.sum += values[row] as number;
      own.count += 1;
      all += (values[row] as number) / rows;
    }
    const means = Object.entries(sums).map(
      ([group, { sum, count }]) => [group, sum / count] as const,
    );
    return { all, means: Object.fromEntries(means) };
  },
  toOnnx(nodes, { numbers: [value], texts: [group] }, { all, means }) {
    if (value === undefined || group === undefined) throw new Error("reads two columns");
    const mean = nodes.lookUp(group, new Map(Object.entries(means)), {
      unknown: all,
      missing: all,
    });
    return { "": nodes.subtract(value, mean) };
  },
});

export const model = defineModel({
  name: "shop",
  owner: "tests",
  description: "who buys",
  source: { format: "csv", files: [{ name: "shop.csv" }], eventTime: "at" },
  fields: {
    at: { type: "timestamp", role: "ignored" },
    age: { type: "number", role: "feature" },
    town: { type: "category", role: "feature" },
    bought: { type: "boolean", role: "outcome" },
  },
  target: { name: "buys", type: "binary", from: ["bought"], expression: "bought" },
  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
  transforms: [
    { use: fromGroupMean, columns: ["age", "town"], into: "age_in_town", options: { shrink: 1 } },
    { how: "drop", columns: ["age"] },
  ],
  candidates: [{ name: "it", family: "logistic-regression" }],
});
