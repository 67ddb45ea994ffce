import { describe, expect, it } from "vitest";
import { execute } from "../execute.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

/** Runs beside each other, and one that is started again. */
export function besideStories(
  world: () => WorkflowWorld,
  models: { readonly same: string; readonly one: string; readonly other: string },
): void {
  describe("two runs at the same time", () => {
    it("of one model get a version each, and never two champions", async () => {
      const model = models.same;
      const runs = await Promise.all(["left", "right"].map((name) => train(world(), model, name)));

      const { registry } = world();
      const versions = await registry.versions(model);
      expect(versions.map(({ version }) => version).toSorted()).toEqual([1, 2]);
      expect(new Set(versions.map(({ runId }) => runId))).toEqual(new Set(["left", "right"]));
      const [champion, ...others] = await registry.aliases(model);
      expect(others).toEqual([]);
      for (const [i, name] of ["left", "right"].entries()) {
        const record = await registry.run(model, name);
        expect(record.status).toBe(runs[i]?.status);
        // Its gates were held against another champion: the one refusal there may be.
        if (record.status === "failed") expect(record.error?.name).toBe("ConflictError");
      }
      expect(runs.filter(({ status }) => status === "succeeded").length).toBeGreaterThan(0);
      const holder = versions.find(({ version }) => version === champion?.version);
      expect((await registry.run(model, holder?.runId ?? "")).status).toBe("succeeded");
    });

    it("of two models do not touch each other", async () => {
      const { one, other } = models;
      const [first, second] = await Promise.all([
        train(world(), one, "run"),
        train(world(), other, "run"),
      ]);

      expect([first.status, second.status]).toEqual(["succeeded", "succeeded"]);
      for (const model of [one, other]) {
        expect(await world().registry.versions(model)).toMatchObject([{ model, version: 1 }]);
        expect(await world().registry.aliases(model)).toMatchObject([{ version: 1 }]);
        expect(await world().registry.runs(model)).toMatchObject([{ status: "succeeded" }]);
      }
    });
  });

  describe("an execution that is there already", () => {
    it("is not run again under its name: the second one is refused and changes nothing", async () => {
      const { registry } = world();
      const before = await registry.run(models.one, "run");
      const again = await train(world(), models.one, "run");

      expect(again.status).toBe("failed");
      expect(again.attempts[0]?.error?.name).toBe("ConflictError");
      expect(await registry.run(models.one, "run")).toEqual(before);
      expect(await registry.versions(models.one)).toHaveLength(1);
    });

    it("may be redriven from any of its states: each does what it did", async () => {
      const model = models.other;
      const { events } = await train(world(), model, "redriven");
      const { registry } = world();
      const before = [await registry.versions(model), await registry.events(model, 100)];

      for (const { type, state, input, index } of events) {
        if (type !== "entered" || index !== undefined || state === "StartRun") continue;
        const redriven = await execute(world(), "training", input as object, {
          name: "redriven",
          from: state,
        });
        expect(redriven.status, state).toBe("succeeded");
      }
      expect([await registry.versions(model), await registry.events(model, 100)]).toEqual(before);
    });
  });
}
