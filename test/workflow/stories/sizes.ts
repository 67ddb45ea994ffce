import { describe, expect, it } from "vitest";
import { aslOf, MACHINES, statesOf } from "../asl-states.ts";
import type { WorkflowWorld } from "../workflow-world.ts";

/** An eighth of the 256 KiB that a state may take or give. Source: "Service quotas" of its guide. */
const LARGEST_BYTES = 32 * 1024;

/** To be told after the stories that go through every state. */
export function sizeStories(world: () => WorkflowWorld): void {
  describe("the input and the output of a state", () => {
    const states = MACHINES.flatMap((machine) =>
      statesOf(aslOf(machine)).map(([state]) => `${machine}/${state}`),
    );
    it.each(states)("of %s stay small", (state) => {
      expect(world().sizes.get(state), "a story has to go through it").toBeGreaterThan(10);
      expect(world().sizes.get(state)).toBeLessThan(LARGEST_BYTES);
    });
  });
}
