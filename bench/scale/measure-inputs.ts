import { availableParallelism, cpus, loadavg } from "node:os";
import { serveHere, trainServedModel } from "../served-model/serve-here.ts";
import { measureColdStart } from "./measure-cold-start.ts";
import { measureFeatureRead } from "./measure-feature-read.ts";
import { countingQueue, measureRequests } from "./measure-requests.ts";
import type { MeasuredInputs } from "./measured-inputs.ts";

/** Everything that the page is computed from, measured on this machine. */
export async function measureInputs(): Promise<MeasuredInputs> {
  const [loadBefore = 0] = loadavg();
  await trainServedModel();
  const counted = countingQueue();
  const served = await serveHere(counted.queue);
  const requests = await measureRequests(served, counted).finally(() => served.stop());
  const memoryMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return {
    measuredAt: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model.trim() || "unknown",
      cores: availableParallelism(),
      node: process.version,
      loadBefore: Number(loadBefore.toFixed(2)),
    },
    requests,
    coldStartMs: await measureColdStart(),
    memoryMb,
    featureRead: await measureFeatureRead(),
  };
}
