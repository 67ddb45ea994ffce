/**
 * `cdk synth` of the whole app into an empty folder, every function bundled anew, cdk-nag and package
 * sizes checked.
 *
 * Prints one JSON row. Exits 1 on an error and above the limit (with BENCH_LATENCY=shown, for machines
 * that do other work too, the time is only said).
 */
import { synthesize } from "./synthesize.ts";

const LIMIT_SECONDS = 20;

const { seconds, functions, remove } = await synthesize();
await remove();
console.log(JSON.stringify({ benchmark: "synth", seconds, functions: functions.length }));
if (!(seconds <= LIMIT_SECONDS)) {
  console.error(`synthesis took ${seconds} s, above ${LIMIT_SECONDS}`);
  if (process.env.BENCH_LATENCY !== "shown") process.exitCode = 1;
}
