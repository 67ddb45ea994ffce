import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { FLIGHT, SERVED_HOME, SERVED_MODEL } from "../served-model/serve-here.ts";
import { startServingServices } from "../serving-services.ts";
import { synthesize } from "../synthesize.ts";

const PROCESSES = 5;

/**
 * From the start of a fresh process to the first answer of predict's bundle as it is deployed, the median, in
 * ms. `bench cold-start` tells its phases.
 */
export async function measureColdStart(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-scale-"));
  const services = await startServingServices(SERVED_HOME);
  const { functions, remove } = await synthesize();
  try {
    const predict = functions.find(({ name }) => name === "Predict");
    if (predict === undefined) throw new Error("there is no function Predict");
    const probe = join(folder, "probe.mjs");
    const entryPoints = [resolve(import.meta.dirname, "../cold-start-probe.ts")];
    buildSync({ entryPoints, outfile: probe, format: "esm", platform: "node" });
    const event = {
      ...{ version: "2.0", rawPath: `/models/${SERVED_MODEL}/predictions`, rawQueryString: "" },
      ...{ headers: { "content-type": "application/json" }, isBase64Encoded: false },
      requestContext: { requestId: "bench", http: { method: "POST", path: "/" } },
      body: JSON.stringify({ instances: [FLIGHT] }),
    };
    const plain = Object.entries(predict.variables).map(([name, value]) => [
      name,
      typeof value === "string" ? value : name,
    ]);
    const times: number[] = [];
    for (let i = 0; i < PROCESSES; i++) {
      const startedAt = Date.now();
      const TMPDIR = await mkdtemp(join(folder, "tmp-"));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [probe, JSON.stringify(event)],
        {
          cwd: predict.folder,
          env: {
            ...Object.fromEntries(plain),
            ...services.variables,
            ...{ NODE_PATH: predict.layers.join(":"), TMPDIR },
          },
        },
      );
      const told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
      if (told.statusCode !== 200) throw new Error(`predict answered ${stdout}`);
      times.push(told.answeredAt - startedAt);
    }
    return Math.round(times.sort((a, b) => a - b)[Math.floor(PROCESSES / 2)] as number);
  } finally {
    await remove();
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
