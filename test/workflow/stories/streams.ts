import { describe, expect, it } from "vitest";
import { httpEvent } from "../../fixtures/http-event.ts";
import { pollEvents } from "../poll-predictions.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { predictBatch, putFile, train } from "./train.ts";

const FLIGHT = {
  id: "flight-1",
  date: "2001-07-03T15:10:00Z",
  origin: "ORD",
  destination: "LAX",
  delay: 40,
};
const ASKED = { date: "2001-07-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

/** Events of a stream from the prediction URL to a file and into the features of a prediction. */
export function streamStory(world: () => WorkflowWorld, model: string): void {
  const post = async (path: string, body: unknown) => {
    const { output } = await world().call("predict", httpEvent("POST", path, body));
    return output as { statusCode: number; body: string };
  };

  describe("a stream of the deployed platform", () => {
    it("gives a run features out of its history", async () => {
      const { status } = await train(world(), model, "streamed");

      expect(status).toBe("succeeded");
    });

    it("takes events to Parquet and into the features of the next prediction", async () => {
      const accepted = await post("/streams/flights/events", { events: [FLIGHT] });
      expect(JSON.parse(accepted.body)).toMatchObject({ accepted: 1, rejected: [] });
      expect(await pollEvents(world())).toEqual({ taken: 1, given: 0 });
      const files: string[] = [];
      for await (const { key } of world().store.list("streams/flights/events/")) files.push(key);
      expect(files).toEqual([expect.stringMatching(/\.parquet$/)]);

      const answer = await post(`/models/${model}/predictions`, { instances: [ASKED] });
      expect(answer.statusCode, answer.body).toBe(200);
    });

    it("gives a batch its features, as they were", async () => {
      await putFile(world(), model, "streamed");
      const { status } = await predictBatch(world(), model, "streamed");

      expect(status).toBe("succeeded");
    });
  });
}
