import { describe, expect, it } from "vitest";
import { httpEvent } from "../../fixtures/http-event.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

const DIGEST = "f".repeat(64);
const CHANGE = { by: "test", why: "something was lost" };

/** Whoever looks for an object that is not there learns just that, and not that it may not look. */
export function missingStories(world: () => WorkflowWorld): void {
  const deploy = (model: string) =>
    world().registry.deployDefinition(
      { model, owner: "o", description: "d", definitionDigest: DIGEST },
      CHANGE,
    );

  describe("an object that is missing", () => {
    it("ends a run before it is recorded, if it is its definition", async () => {
      await deploy("undefined-model");
      const { attempts } = await train(world(), "undefined-model", "run");

      expect(attempts[0]?.error?.name).toBe("NotFoundError");
      expect(await world().registry.runs("undefined-model")).toEqual([]);
    });

    it("is told by whoever would deploy it and by the endpoint, if it is a version's manifest", async () => {
      const model = "hollow";
      await makeHollowVersion(model);
      const asked = { model, version: 1, ...CHANGE };
      for (const [name, event] of [
        ["promote", asked],
        ["route", { model, shadows: [1], ...CHANGE }],
        ["start-rollout", { execution: { name: "e1" }, input: asked }],
      ] as const) {
        expect((await world().call(name, event)).error?.name, name).toBe("IntegrityError");
      }

      await world().registry.moveAlias({ model, alias: "champion", version: 1 }, CHANGE);
      const event = httpEvent("POST", `/models/${model}/predictions`, { instances: [{}] });
      const { output } = await world().call("predict", event);
      expect((output as { statusCode: number }).statusCode).toBe(503);
    });
  });

  describe("a report that is missing", () => {
    it("keeps no alert from being sent, with what is known without it", async () => {
      const { output } = await world().call("notify", {
        ...{ severity: "critical", model: "m", subject: "no report", detail: "no columns" },
        qualityKey: "runs/m/none/quality.json",
      });

      expect(output).toMatchObject({ sent: true });
      expect(world().alerts().at(-1)?.message).toContain("no columns");
    });
  });

  async function makeHollowVersion(model: string): Promise<void> {
    const { registry } = world();
    await deploy(model);
    const run = { model, runId: "run", definitionDigest: DIGEST };
    await registry.startRun({ ...run, reason: "test", requestedBy: "me" });
    await registry.reserveVersion(model, "run");
    const files = { datasetDigest: DIGEST, manifestSha256: DIGEST, gitCommit: "0" };
    const candidate = { candidate: "c", family: "gradient-boosting", parameters: {}, metrics: {} };
    await registry.registerVersion(
      { ...run, ...files, ...candidate, status: "registered", reasons: [] },
      CHANGE,
    );
  }
}
