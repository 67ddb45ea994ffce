import { pathToFileURL } from "node:url";
import { type Simulation, simulate } from "./simulate.ts";
import { writeChargebacks, writeTransactions } from "./write.ts";

/** Two million purchases in four months. */
const DEFAULTS = { cards: 12_500, days: 120, seed: 1 } as const;

const WRITERS = {
  "transactions.parquet": writeTransactions,
  "chargebacks.parquet": writeChargebacks,
} as const;

let simulated: Simulation | undefined;

/**
 * Writes one of the simulation's files. All files of a process are of one simulation, made once.
 *
 * @param name transactions.parquet or chargebacks.parquet
 */
export async function generate(name: string, path: string): Promise<void> {
  const write = WRITERS[name as keyof typeof WRITERS];
  if (write === undefined) throw new Error(`${name} is none of ${Object.keys(WRITERS).join(", ")}`);
  simulated ??= simulate(DEFAULTS);
  write(path, simulated);
}

/** `node models/card-fraud/simulator/generate.ts <folder>`: both files, to upload to a bucket. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "."] = process.argv.slice(2);
  for (const name of Object.keys(WRITERS)) await generate(name, `${folder}/${name}`);
}
