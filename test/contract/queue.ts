import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import type { Queue } from "../../core/ports/queue.ts";

/** An empty queue, and what a consumer gets from it until it is empty. */
export interface QueueUnderTest {
  readonly queue: Queue;
  readonly drain: () => Promise<readonly string[]>;
}

/** What every `Queue` must do. Each adapter's test file is one call of this. */
export function queueContract(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`Queue: ${name}`, () => {
    it("delivers what was sent, whatever is in it", async () => {
      const { queue, drain } = await make();
      const bodies = ["plain", '{"a":[1,"\\n"]}', "two\nlines\r\n", "é 漢", '["x","y"]'];

      for (const body of bodies) await queue.send(body);

      expect((await drain()).toSorted()).toEqual(bodies.toSorted());
    });

    it("delivers each of many that are sent at once", async () => {
      const { queue, drain } = await make();
      const bodies = Array.from({ length: 200 }, (_, i) => `message ${1_000 + i}`);

      await Promise.all(bodies.map((body) => queue.send(body)));

      expect((await drain()).toSorted()).toEqual(bodies);
    });

    it("fails on an empty message", async () => {
      const { queue, drain } = await make();

      await expect(queue.send("")).rejects.toThrow(InvalidInputError);
      expect(await drain()).toEqual([]);
    });
  });
}
