/**
 * Prepares 3,000,000 real flights with three aggregates, splits and Parquet, and the same by Polars, if
 * `node bench/polars/set-up.ts` has installed it: two threads each, each once.
 *
 * Prints a JSON row, with `--json` or without; exits 1 on an error or if the two differ in their rows.
 * `ratio` is of the elapsed times, `cpuRatio` of the processor times: below 1 Millrace is quicker.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SPLIT_NAMES } from "../core/dataset/manifest.ts";
import type { ComputeRowFeature } from "../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../core/definition/parse-definition.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { datasetPreparer } from "../engine/dataset/prepare-dataset.ts";
import { queryRows } from "../engine/duckdb/query.ts";
import { sqlText } from "../engine/duckdb/sql.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";
import { fileObjectStore } from "../local/file-object-store.ts";
import { model } from "../models/flight-delay/model.ts";
import { POLARS_PYTHON } from "./polars/venv.ts";

const SOURCE = join(import.meta.dirname, "../node_modules/vega-datasets/data/flights-3m.parquet");
const THREADS = 2;
const NUMBERS = [
  "distance",
  "destination_late_rate_3h",
  "origin_flights_1h",
  "origin_late_rate_3h",
  "hour",
  "weekday",
];

interface SplitFigures {
  readonly rows: number;
  readonly late: number;
  readonly sums: Readonly<Record<string, number>>;
  readonly missing: Readonly<Record<string, number>>;
}
interface Prepared {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly splits: Readonly<Record<string, SplitFigures>>;
}

const root = await mkdtemp(join(tmpdir(), "millrace-bench-"));
try {
  const ours = await prepareHere();
  const theirs = existsSync(POLARS_PYTHON) ? await prepareWithPolars() : undefined;
  const differences = theirs === undefined ? [] : differencesOf(ours, theirs);
  const { seconds, cpuSeconds } = ours;
  console.log(
    JSON.stringify({
      ...{ benchmark: "prepare", rows: 3_000_000, threads: THREADS, seconds, cpuSeconds },
      ...(theirs && {
        polars: { seconds: theirs.seconds, cpuSeconds: theirs.cpuSeconds },
        ratio: seconds / theirs.seconds,
        cpuRatio: cpuSeconds / theirs.cpuSeconds,
      }),
    }),
  );
  if (theirs === undefined) console.error("Polars is not installed: node bench/polars/set-up.ts");
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}

async function prepareHere(): Promise<Prepared> {
  const store = fileObjectStore(join(root, "store"));
  await store.putFile(storageKeys.source("flight-delay", "flights-3m.parquet"), SOURCE);
  await store.putFile(storageKeys.streamHistory("flights", "flights-3m.parquet"), SOURCE);
  const checked = parseDefinition(model);
  const compute = Object.entries(checked.rowFeatures).map(
    ([name, feature]) => [name, feature.compute as ComputeRowFeature] as const,
  );
  const loaded = {
    digest: "0".repeat(64),
    definition: storedDefinition(checked),
    compute: Object.fromEntries(compute),
  };
  const usedBefore = process.cpuUsage();
  const startedAt = performance.now();
  const prepare = datasetPreparer({ threads: THREADS, memoryLimit: "2GB" });
  const { datasetDigest } = await prepare({ store, loaded, runId: "bench" });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(usedBefore);
  const folder = join(root, "store", storageKeys.dataset("flight-delay", datasetDigest));
  const figures = await Promise.all(
    SPLIT_NAMES.map(async (split) => [split, await figuresOf(join(folder, split))] as const),
  );
  return { seconds, cpuSeconds: (user + system) / 1e6, splits: Object.fromEntries(figures) };
}

async function figuresOf(folder: string): Promise<SplitFigures> {
  const each = NUMBERS.map((name) => `sum(${name}::DOUBLE), count(*) - count(${name})`);
  const sql = `SELECT count(*), sum(late), ${each.join(", ")} FROM read_parquet(${sqlText(`${folder}/*.parquet`)})`;
  const [found = []] = await withDuckdb({ threads: THREADS }, ({ connection }) =>
    queryRows(connection, sql),
  );
  const [rows, late, ...values] = found.map(Number);
  return {
    rows: rows as number,
    late: late as number,
    sums: Object.fromEntries(NUMBERS.map((name, i) => [name, values[2 * i] as number])),
    missing: Object.fromEntries(NUMBERS.map((name, i) => [name, values[2 * i + 1] as number])),
  };
}

async function prepareWithPolars(): Promise<Prepared> {
  const folder = join(root, "polars");
  await mkdir(folder);
  const script = join(import.meta.dirname, "polars", "prepare.py");
  const env = { ...process.env, POLARS_MAX_THREADS: String(THREADS), PYTHONWARNINGS: "ignore" };
  return JSON.parse(
    execFileSync(POLARS_PYTHON, [script, SOURCE, folder], { env, encoding: "utf8" }),
  ) as Prepared;
}

/** Sums of 32-bit shares differ in their last bits. */
function differencesOf(ours: Prepared, theirs: Prepared): readonly string[] {
  return SPLIT_NAMES.flatMap((split) => {
    const flat = ({ splits }: Prepared): readonly (readonly [string, number])[] => {
      const { rows, late, sums, missing } = splits[split] as SplitFigures;
      const named = Object.entries(missing).map(([name, n]) => [`missing ${name}`, n] as const);
      return [["rows", rows], ["late", late], ...Object.entries(sums), ...named];
    };
    const wanted = new Map(flat(theirs));
    return flat(ours).flatMap(([name, value]) => {
      const other = wanted.get(name) ?? Number.NaN;
      const isSame = Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(other));
      return isSame ? [] : [`${split}: ${name} is ${value}, Polars has ${other}`];
    });
  });
}
