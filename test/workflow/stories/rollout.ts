import { describe, expect, it } from "vitest";
import { httpEvent } from "../../fixtures/http-event.ts";
import { pollPredictions } from "../poll-predictions.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { deniedAt, rollOut, train } from "./train.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const BY = { by: "me", why: "a test" };
/** Over before the first check, as far as time goes: with every retry a second is long. */
const QUICK = { steps: [1], minutes: 0.0001, minPredictions: 1 };

/** A version that takes over, one that is taken back, and what a person does beside. */
export function rolloutStory(world: () => WorkflowWorld, model: string): void {
  const deployment = () => world().registry.deployment(model);

  describe("a rollout of the deployed workflow", () => {
    it("makes a version champion where there is none", async () => {
      await train(world(), model, "first");
      await train(world(), model, "second");

      const { status, entered } = await rollOut(world(), model, 1, "only", QUICK);

      expect(status).toBe("succeeded");
      expect(entered).toEqual(["Start", "Moved", "NotifyPromoted", "Done"]);
      expect(await deployment()).toMatchObject({ champion: 1, revision: 1 });
    });

    it("takes back what has too few predictions, and says so", async () => {
      const { status, entered } = await rollOut(world(), model, 2, "silent", QUICK);

      expect(status).toBe("succeeded");
      expect(entered).toEqual([
        ...["Start", "Moved", "Watch", "Advance", "Moved", "NotifyRolledBack", "Done"],
      ]);
      expect(await deployment()).toMatchObject({ champion: 1, revision: 3 });
      expect(world().alerts().at(-1)).toMatchObject({
        subject: `[warning] ${model}: version 2 was rolled back`,
        message: expect.stringContaining("version 2 at 100% was taken back: after 0 minutes 0"),
      });
    });

    it("makes a version champion that holds, by what the prediction log says", async () => {
      const path = `/models/${model}/predictions`;
      const ask = () =>
        world().call("predict", httpEvent("POST", path, { instances: Array(20).fill(FLIGHT) }));
      const { status, entered } = await rollOut(world(), model, 2, "holding", {
        ...QUICK,
        beforeCheck: async () => {
          // the first answer is the champion's, behind which the canary is loaded
          for (let i = 0; i < 3; i += 1) await ask();
          await pollPredictions(world());
        },
      });

      expect(status).toBe("succeeded");
      expect(entered.at(-2)).toBe("NotifyPromoted");
      expect(await deployment()).toMatchObject({ champion: 2, challengers: [], shadows: [] });
    });

    it("is undone in one call, and versions are routed in one", async () => {
      const back = await world().call("rollback", { model, ...BY });
      expect(back.output).toMatchObject({ rolledBack: "champion", from: 2, to: 1 });

      const challengers = [{ version: 2, share: 0.1 }];
      await world().call("route", { model, challengers, ...BY });
      expect((await deployment()).challengers).toMatchObject([{ version: 2, share: 0.1 }]);
      await world().call("route", { model, ...BY });
      expect(await deployment()).toMatchObject({ champion: 1, challengers: [] });
    });

    it.each([
      ["Start", "RollBack", ["Start"]],
      ["Advance", "RollBack", ["Advance"]],
      ["RollBack", "NotifyFailure", ["Start", "RollBack"]],
      ["NotifyPromoted", "NotifyFailure", ["NotifyPromoted"]],
      ["NotifyRolledBack", "NotifyFailure", ["NotifyRolledBack"]],
      ["NotifyFailure", "Failed", ["Start", "NotifyFailure"]],
    ])("that is refused in %s goes to %s, and leaves no canary", async (state, next, denied) => {
      const version = state === "NotifyPromoted" ? 1 : 2;
      const run = await rollOut(world(), model, version, `denied-${state}`, {
        ...QUICK,
        faults: deniedAt(...denied),
      });

      expect(run.status).toBe("failed");
      expect(run.entered[run.entered.indexOf(state) + 1]).toBe(next);
      expect((await deployment()).canary).toBeUndefined();
    });
  });
}
