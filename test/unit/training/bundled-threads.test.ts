import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Trains with as many threads as its argument says and prints the trees' bytes. */
const ENTRY = `
import { boostingParameters } from "./core/definition/parameters/boosting.ts";
import { trainBoosting } from "./core/training/boosting/train-boosting.ts";
import { startThreads } from "./engine/training/worker-threads.ts";
import { threadedRows } from "./engine/training/threaded-rows.ts";

const values = Float32Array.from({ length: 60_000 }, (_, row) => (row * 7919) % 1_009);
const labels = Uint8Array.from(values, (value) => +(value % 10 < 4));
const train = { rows: values.length, labels, columns: [{ kind: "number", name: "x", values }] };
const parameters = boostingParameters.parse({ trees: 3, leaves: 15 });
let ended;
const makeKernels = threadedRows(Number(process.argv[2]), (count) => {
  const threads = startThreads(count);
  ended = threads.ended;
  return threads;
});
const model = trainBoosting(parameters, { type: "binary" }, 1, train, train, { makeKernels });
const stay = setInterval(() => {}, 1_000);
const exits = await ended;
clearInterval(stay);
console.log(Buffer.from(model.state()).toString("base64") + " " + JSON.stringify(exits ?? []));
`;

describe("worker threads in a bundle of one file", () => {
  it("train the same model as one thread does", () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-bundle-"));
    try {
      const outfile = join(folder, "index.mjs");
      // As functions are bundled for Lambda.
      buildSync({
        stdin: { contents: ENTRY, resolveDir: ROOT, loader: "ts" },
        ...{ outfile, bundle: true, platform: "node", format: "esm", target: "node24" },
        ...{ minify: true, keepNames: true },
      });
      const trained = (threads: number) =>
        execFileSync(process.execPath, [outfile, `${threads}`], { encoding: "utf8" })
          .trim()
          .split(" ");

      const [alone, none] = trained(1);
      const [state, exits] = trained(2);

      expect(state).toBe(alone);
      // The one worker's exit code.
      expect([none, exits]).toEqual(["[]", "[[0]]"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
