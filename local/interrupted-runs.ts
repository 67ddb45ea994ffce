import type { Registry } from "../core/registry/registry.ts";

/**
 * Ends the runs that were under way when the platform was killed. Nothing of them is in the registry
 * but their record (a version appears in one transaction, at its end), so they can be started anew.
 *
 * @returns the ids of the runs
 */
export async function endInterruptedRuns(registry: Registry): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const { model } of await registry.models()) {
    for (const { runId, status } of await registry.runs(model)) {
      if (status !== "running") continue;
      await registry.endRun(
        model,
        runId,
        {
          status: "failed",
          error: { name: "Interrupted", message: "the platform was stopped during the run" },
        },
        { by: "platform", why: "found unfinished at start" },
      );
      ended.push(runId);
    }
  }
  return ended;
}
