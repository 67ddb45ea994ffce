/**
 * Preparing sources larger than memory: 3, 10 and 30 million flights with DuckDB limited to 512 MB, each
 * in a process of its own.
 *
 * Prints one JSON row. Exits 1 on an error, where the time a row grows by more than half from 3 to 30
 * million rows, or where a process held more than 1,400 MiB.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sqlText } from "../engine/duckdb/sql.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";
import type { ScaleRow } from "./prepare-scale-work.ts";

const FLIGHTS = new URL("../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url)
  .pathname;
const MILLIONS = [3, 10, 30] as const;
const LIMITS = { growth: 1.5, peakMemoryMiB: 1_400 };

/** The flights again and again, each time a second later, until there are so many rows. */
async function writeRepeated(path: string, rows: number): Promise<void> {
  const repeats = Math.ceil(rows / 3_000_000);
  await withDuckdb({ memoryLimit: "2GB" }, ({ connection }) =>
    connection.run(`COPY (SELECT date + INTERVAL (repeat) SECOND AS date, * EXCLUDE (date, repeat)
      FROM range(${repeats}) repeats(repeat), read_parquet(${sqlText(FLIGHTS)}) LIMIT ${rows})
      TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`),
  );
}

async function measure(directory: string, millions: number): Promise<ScaleRow> {
  const path = join(directory, `${millions}.parquet`);
  await writeRepeated(path, millions * 1_000_000);
  const work = join(import.meta.dirname, "prepare-scale-work.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [work, path, directory]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ScaleRow;
}

const directory = await mkdtemp(join(tmpdir(), "millrace-scale-"));
try {
  const sizes: ScaleRow[] = [];
  for (const millions of MILLIONS) sizes.push(await measure(directory, millions));
  console.log(JSON.stringify({ benchmark: "prepare-scale", duckdbMemory: "512MB", sizes }));

  const perRow = sizes.map(({ seconds, rows }) => seconds / rows);
  const growth = (perRow.at(-1) ?? Number.NaN) / (perRow[0] ?? Number.NaN);
  const peak = Math.max(...sizes.map(({ peakMemoryMiB }) => peakMemoryMiB));
  const failures = [
    !(growth <= LIMITS.growth) && `time a row grew ${growth.toFixed(2)} times`,
    !(peak <= LIMITS.peakMemoryMiB) && `${peak} MiB is more than ${LIMITS.peakMemoryMiB}`,
    sizes.some(({ rows }, i) => rows !== (MILLIONS[i] ?? 0) * 1_000_000) && "rows are missing",
  ].filter((failure) => failure !== false);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
