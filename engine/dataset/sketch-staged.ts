import type { DuckDBConnection } from "@duckdb/node-api";
import { datasetShape } from "../../core/dataset/dataset-shape.ts";
import { SPLIT_NAMES, type SplitName } from "../../core/dataset/manifest.ts";
import { numberObserver } from "../../core/dataset/number-observer.ts";
import {
  mergeNumbers,
  NO_NUMBERS,
  type NumberSketch,
  type SplitSketches,
} from "../../core/dataset/number-sketch.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { Labels } from "../../core/training/training-frame.ts";
import { sqlName } from "../duckdb/sql.ts";
import { eachChunk } from "./read-columns.ts";
import { STAGED } from "./stage-rows.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/** Sketches the staged rows' numbers, split by split: inputs, context and the label. */
export async function sketchStaged(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<SplitSketches> {
  const { inputs, context } = datasetShape(definition);
  const numbers = [...inputs, ...context].filter(({ kind }) => kind === "number");
  const columns = [
    ...numbers.map(({ name }) => [name, `coalesce(${sqlName(name)}, 'NaN'::FLOAT)`] as const),
    [definition.target.name, STAGED_COLUMNS.label] as const,
  ];
  const ofSplit = async (split: SplitName) => {
    const code = SPLIT_NAMES.indexOf(split);
    const sketches: Record<string, NumberSketch> = {};
    for (const [name, sql] of columns) {
      const observer = numberObserver();
      const query = `SELECT ${sql} FROM ${STAGED} WHERE ${STAGED_COLUMNS.split} = ${code}`;
      await eachChunk(connection, query, ([values]) =>
        observer.add(Float32Array.from(values as Labels)),
      );
      sketches[name] = observer.sketch();
    }
    return sketches;
  };
  return {
    train: await ofSplit("train"),
    validation: await ofSplit("validation"),
    test: await ofSplit("test"),
  };
}

/** The sketches of all shards together; `undefined` where one has none. */
export function mergeSketches(
  shards: readonly (SplitSketches | undefined)[],
): SplitSketches | undefined {
  const known = shards.filter((shard) => shard !== undefined);
  if (known.length < shards.length) return undefined;
  const ofSplit = (split: SplitName) => {
    const merged: Record<string, NumberSketch> = {};
    for (const [name, sketch] of known.flatMap((shard) => Object.entries(shard[split]))) {
      merged[name] = mergeNumbers(merged[name] ?? NO_NUMBERS, sketch);
    }
    return merged;
  };
  return { train: ofSplit("train"), validation: ofSplit("validation"), test: ofSplit("test") };
}
