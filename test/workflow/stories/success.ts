import { describe, expect, it } from "vitest";
import { httpEvent } from "../../fixtures/http-event.ts";
import { pollPredictions } from "../poll-predictions.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { monitor, train } from "./train.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

const FLIGHTS = 200;

/** From data to a champion, its predictions and what the monitors make of them. */
export function successStory(world: () => WorkflowWorld, model: string): void {
  describe("a run of the deployed workflow", () => {
    it("makes a champion of data, and says so", async () => {
      const { status, entered } = await train(world(), model, "first");

      expect(status).toBe("succeeded");
      expect(entered.filter((state) => !/^Train/.test(state))).toEqual([
        ...["StartRun", "PrepareOn", "Prepare", "DataQuality", "Narrow", "MoreRounds"],
        ...["Evaluate", "Register", "Gate", "Promote"],
        ...["Promoted", "EndRun", "Notify", "Done"],
      ]);
      const { registry } = world();
      expect(await registry.run(model, "first")).toMatchObject({ status: "succeeded" });
      expect(await registry.aliases(model)).toMatchObject([{ alias: "champion", version: 1 }]);
      expect(world().alerts().at(-1)?.subject).toBe(`[info] ${model}: version 1 is champion`);
    });

    it("replaces its champion by the next version, on the very same dataset", async () => {
      const { attempts } = await train(world(), model, "second");

      const outputs = new Map(attempts.map(({ state, output }) => [state, output]));
      expect(outputs.get("Prepare")).toMatchObject({ reused: true });
      expect(outputs.get("Evaluate")).toMatchObject({ champion: 1 });
      expect(outputs.get("Promote")).toMatchObject({ from: 1, to: 2 });
    });

    it("is followed by predictions of the endpoint, which end in Parquet", async () => {
      const path = `/models/${model}/predictions`;
      const asked = httpEvent("POST", path, { instances: Array(FLIGHTS).fill(FLIGHT) });
      const { output } = await world().call("predict", asked);
      const answer = output as { statusCode: number; body: string };

      expect(answer.statusCode).toBe(200);
      expect(JSON.parse(answer.body).version).toBe(2);
      expect(await pollPredictions(world())).toEqual({ taken: 1, given: 0 });
      const files: string[] = [];
      for await (const { key } of world().store.list(`predictions/model=${model}/`))
        files.push(key);
      expect(files).toEqual([expect.stringMatching(/\.parquet$/)]);
    });

    it("is watched: one flight all day long is no usual day", async () => {
      const { status, entered, attempts } = await monitor(world(), model, "watch-1");

      expect(status).toBe("succeeded");
      expect(entered).toEqual(["CheckDrift", "Verdict", "NotifyDrift", "Done"]);
      expect(attempts[0]?.output).toMatchObject({
        verdict: "drifted",
        predictions: FLIGHTS,
        version: 2,
      });
      expect(world().alerts().at(-1)?.subject).toBe(`[warning] ${model}: live data has drifted`);
    });
  });
}
