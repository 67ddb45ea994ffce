import { describe, expect, it } from "vitest";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

/** How runs end that promote nothing. */
export function endingStories(
  world: () => WorkflowWorld,
  models: { readonly rejected: string; readonly approval: string; readonly stepwise: string },
): void {
  describe("a run that promotes nothing", () => {
    it("registers a candidate that fails its gates as rejected, and says why", async () => {
      const { status, entered, attempts } = await train(world(), models.rejected, "run");

      expect(status).toBe("succeeded");
      expect(entered).not.toContain("Promote");
      const { registry } = world();
      expect(await registry.run(models.rejected, "run")).toMatchObject({ status: "rejected" });
      const versions = await registry.versions(models.rejected);
      expect(versions).toMatchObject([{ version: 1, status: "rejected" }]);
      expect(await registry.aliases(models.rejected)).toEqual([]);
      const said = world().alerts().at(-1);
      expect(said?.subject).toBe(`[warning] ${models.rejected}: version 1 was rejected`);
      expect(said?.message).toContain("below the gate's 0.99");
      const [, prepared] = attempts.map(({ output }) => output);
      expect(prepared).toMatchObject({ rows: { quarantined: 30 } });
    });

    it("waits for a person where the definition says so, who promotes by the same function", async () => {
      const model = models.approval;
      const { entered } = await train(world(), model, "run");

      expect(entered).toContain("AwaitApproval");
      expect(await world().registry.aliases(model)).toEqual([]);
      const subject = `[warning] ${model}: version 1 waits for approval`;
      expect(world().alerts().at(-1)?.subject).toBe(subject);

      const approval = { model, version: 1, by: "ada", why: "looked at it" };
      const { output } = await world().call("promote", approval);
      expect(output).toMatchObject({ from: null, to: 1 });
    });

    it("starts a rollout where the definition says so, and waits for none of it", async () => {
      const model = models.stepwise;
      const { status, entered, attempts } = await train(world(), model, "run");

      expect(status).toBe("succeeded");
      expect(entered).toContain("RolloutStarted");
      const started = attempts.find(({ state }) => state === "StartRollout");
      expect(started?.input).toEqual({
        ...{ model, version: expect.any(Number), by: "me", why: "run run passed its gates" },
      });
      expect(await world().registry.aliases(model)).toEqual([]);
      expect(world().alerts().at(-1)?.subject).toMatch(/: version \d+ is being rolled out$/);
    });

    it("looks at what was approved before it trains again", async () => {
      const { status, attempts } = await train(world(), models.approval, "again");

      expect(status).toBe("succeeded");
      const [started] = attempts;
      expect(started?.output).toMatchObject({ continueFrom: { version: 1 } });
    });
  });
}
