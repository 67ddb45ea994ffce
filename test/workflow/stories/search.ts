import { describe, expect, it } from "vitest";
import { parseRoundRecord } from "../../../core/run/round-record.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { REGION } from "../template-values.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

/** A search by the deployed packages, each within its role. */
export function searchStory(world: () => WorkflowWorld, model: string): void {
  describe("a search of two rounds with an ensemble", () => {
    it("trains, narrows, trains again, and puts the best together", async () => {
      const { status, attempts } = await train(world(), model, "search");

      expect(status).toBe("succeeded");
      expect(
        attempts.map(({ worker }) => worker).filter((name) => !/run|notify/.test(name)),
      ).toEqual([
        ...["prepare", "train", "train", "train", "narrow", "train", "train", "narrow"],
        ...["train", "narrow", "evaluate", "register", "promote"],
      ]);
      const ensemble = attempts.filter(({ worker }) => worker === "train").at(-1);
      expect(ensemble?.input).toMatchObject({
        round: 2,
        candidate: { name: "ensemble", members: [{}, {}] },
      });
    });

    it("keeps records with the prices of its region", async () => {
      const { store } = world();
      const bytes = await store.get(storageKeys.round(model, "search", 0));
      const { candidates } = parseRoundRecord(bytes);

      expect(REGION).toBe("us-east-1");
      expect(candidates).toHaveLength(3);
      expect(candidates.every(({ costUsd }) => (costUsd ?? 0) > 0)).toBe(true);
      expect(candidates.filter(({ kept }) => kept)).toHaveLength(2);
    });
  });
}
