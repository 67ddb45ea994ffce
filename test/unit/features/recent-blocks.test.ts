import { expect, it } from "vitest";
import { recentBlocks } from "../../../core/features/recent-blocks.ts";

it("forgets the blocks that were not used for longest", () => {
  const events = [1, 2].map((timeMs) => ({ timeMs, idHash: 0n, values: [] }));
  const recent = recentBlocks(4);

  recent.set("a", { columns: [], events });
  recent.set("b", { columns: [], events });
  recent.get("a");
  recent.set("c", { columns: [], events });

  expect(["a", "b", "c"].map((id) => recent.get(id) !== undefined)).toEqual([true, false, true]);
});
