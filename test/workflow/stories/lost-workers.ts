import { describe, expect, it } from "vitest";
import type { Fault } from "../faults.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

/** More than any function writes in one call; see the last test here. */
const MOST_WRITES = 9;

/**
 * The first try of each state dies right after its `first`th write, the second after the next one, the
 * third goes through. A write that is there already is not repeated, so the two follow each other.
 */
function dyingAfter(first: number): (state: string) => Fault | undefined {
  const tries = new Map<string, number>();
  return (state) => {
    const count = (tries.get(state) ?? 0) + 1;
    tries.set(state, count);
    if (count > 2) return undefined;
    return { kind: "lost", error: "Lambda.Unknown", afterWrites: count === 1 ? first : 1 };
  };
}

/** @param models one for each pair of writes, of the same definition but for its name */
export function lostWorkerStories(world: () => WorkflowWorld, models: readonly string[]): void {
  describe("a worker that is lost right after it wrote something", () => {
    const writes = models.map((model, i) => [1 + 2 * i, 2 + 2 * i, model] as const);

    it.each(writes)("leaves nothing half done (writes %i and %i)", async (first, _next, model) => {
      const { status, attempts } = await train(world(), model, "run", dyingAfter(first));

      expect(status).toBe("succeeded");
      const hits = attempts.filter(({ isHit }) => isHit).length;
      // After the last write of all there is none for the second try to die after.
      expect(hits).toBeGreaterThan(first < MOST_WRITES ? 1 : 0);
      expect(await leftBehind(world(), model)).toEqual({
        run: "succeeded",
        versions: [[1, "registered"]],
        champion: [1],
        datasets: 1,
        events: [
          ...["definition-deployed", "run-started", "version-reserved"],
          ...["version-registered", "alias-moved", "run-ended"],
        ],
      });
    });

    it("was tried after each write that any state makes", async () => {
      const { attempts } = await train(world(), models[0] ?? "", "undisturbed");
      const most = Math.max(...attempts.map(({ writes: made }) => made));

      expect(most).toBeGreaterThan(4);
      expect(most).toBeLessThanOrEqual(MOST_WRITES);
      expect(models).toHaveLength(Math.ceil(MOST_WRITES / 2));
    });
  });
}

async function leftBehind({ registry, store }: WorkflowWorld, model: string) {
  const datasets = new Set<string>();
  for await (const { key } of store.list(`datasets/${model}/`))
    datasets.add(key.split("/")[2] ?? "");
  const run = await registry.run(model, "run");
  if (!datasets.has(run.datasetDigest ?? "")) throw new Error("the run names no stored dataset");
  const versions = await registry.versions(model);
  const aliases = await registry.aliases(model);
  const events = await registry.events(model, 100);
  return {
    run: run.status,
    versions: versions.map(({ version, status }) => [version, status]),
    champion: aliases.map(({ version }) => version),
    datasets: datasets.size,
    events: events.map(({ kind }) => kind).toReversed(),
  };
}
