import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { UnavailableError } from "../../../core/errors.ts";
import type { StreamRecord } from "../../../core/registry/records.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { backfillMissing } from "../../../local/backfill-missing.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";

const history = {
  format: "csv" as const,
  files: [{ name: "past.csv", from: "past.csv" }],
};
const features = { n_1h: { entity: ["card"], operation: "count" as const, window: "1h" } };

const bundle = (name: string, changes: object = {}) => ({
  digest: "now",
  definition: parseStream({
    ...{ name, owner: "o", description: "d", eventTime: "at", history, features },
    fields: { at: { type: "timestamp" }, card: { type: "category" } },
    ...changes,
  }),
});

function setUp({ filledFor = {} as Record<string, string>, fails = "" } = {}) {
  const store = memoryObjects();
  const lines: object[] = [];
  const orders: object[] = [];
  const start = (...names: readonly (string | ReturnType<typeof bundle>)[]) => {
    const streams = names.map((given) => (typeof given === "string" ? bundle(given) : given));
    for (const { definition } of streams) {
      if (definition.name === "missing") continue;
      void store.put(storageKeys.streamHistory(definition.name, "past.csv"), "at,card\n");
    }
    const missing = backfillMissing({
      ...{ store, streams, log: (line) => void lines.push(line) },
      registry: {
        stream: async (stream) => {
          const definitionDigest = filledFor[stream];
          const backfill = definitionDigest && { definitionDigest };
          return { stream, ...(backfill && { backfill }) } as StreamRecord;
        },
      },
      backfill: async (order) => {
        orders.push(order);
        if ((order as { stream: string }).stream === fails)
          throw new UnavailableError("it is down");
      },
    });
    missing.start();
    return missing;
  };
  return { start, lines, orders };
}

/** As the platform lets it come to its end: the first task is under way when it is stopped. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("backfillMissing", () => {
  it("fills what was never filled, or for another definition, and tells before and after", async () => {
    const { start, lines, orders } = setUp({ filledFor: { known: "now", changed: "before" } });

    start("known", "changed", "new");
    await settled();

    expect(orders).toEqual([
      { stream: "changed", by: "platform" },
      { stream: "new", by: "platform" },
    ]);
    expect(lines.slice(0, 2)).toEqual([
      { level: "info", notice: "filling features of stream changed from its history" },
      { level: "info", notice: "features of stream changed are filled from its history" },
    ]);
  });

  it("leaves streams without history, without features, and whose file is not there", async () => {
    const { start, lines, orders } = setUp();

    start(bundle("none", { history: undefined }), bundle("bare", { features: {} }), "missing");
    await settled();

    expect([...orders, ...lines]).toEqual([]);
  });

  it("warns of one that fails, and fills the next", async () => {
    const { start, lines, orders } = setUp({ fails: "first" });

    start("first", "second");
    await settled();

    expect(orders).toHaveLength(2);
    expect(lines[1]).toMatchObject({
      level: "warn",
      message: "features of first are not filled: it is down",
    });
  });

  it("begins no other when it is stopped, and says nothing of what the stop ended", async () => {
    const { start, lines, orders } = setUp({ fails: "first" });

    await start("first", "second").stop();

    expect(orders).toEqual([{ stream: "first", by: "platform" }]);
    expect(lines).toMatchObject([{ level: "info", notice: expect.stringMatching(/^filling/) }]);
  });
});
