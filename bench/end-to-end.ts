/**
 * The whole job on 3,000,000 flights, twice: `npm run demo -- --json` in a process of its own.
 *
 * Prints one JSON row. Exits 1 on an error, on two different digests, and outside the limits below.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { DemoSummary } from "../cli/demo.ts";

const LIMITS = { seconds: 150, peakMemoryBytes: 4 * 1024 ** 3, rocAuc: 0.63 };

interface Candidate {
  readonly name: string;
  readonly test: { readonly rocAuc: number };
}

async function demo(): Promise<DemoSummary> {
  const { stdout } = await promisify(execFile)(process.execPath, ["cli/demo.ts", "--json"], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as DemoSummary;
}

const first = await demo();
const second = await demo();
const candidates = first.candidates as readonly Candidate[];
const rocAucOf = (wanted: string) =>
  candidates.find(({ name }) => name === wanted)?.test.rocAuc ?? Number.NaN;

const row = {
  benchmark: "end-to-end",
  seconds: [first.seconds, second.seconds],
  secondsOfStates: first.secondsOfStates,
  rows: first.rows,
  peakMemoryMiB: Math.round(Math.max(first.peakMemoryBytes, second.peakMemoryBytes) / 1024 ** 2),
  rocAuc: { boosting: rocAucOf("boosting"), logistic: rocAucOf("logistic") },
  datasetDigest: first.datasetDigest,
  graphSha256: first.graphSha256,
};
console.log(JSON.stringify(row));

const seconds = Math.max(...row.seconds);
const { boosting, logistic } = row.rocAuc;
const failures = [
  !(seconds <= LIMITS.seconds) && `${seconds} s is more than ${LIMITS.seconds}`,
  !(row.peakMemoryMiB * 1024 ** 2 <= LIMITS.peakMemoryBytes) &&
    `${row.peakMemoryMiB} MiB is more than 4 GiB`,
  !(boosting >= LIMITS.rocAuc) && `ROC-AUC ${boosting} is below ${LIMITS.rocAuc}`,
  !(boosting > logistic) && `boosting (${boosting}) is not better than logistic (${logistic})`,
  first.datasetDigest !== second.datasetDigest && "the dataset digests differ",
  first.graphSha256 !== second.graphSha256 && "the digests of the graphs differ",
].filter((failure) => failure !== false);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
