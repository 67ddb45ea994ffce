import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { parseRoundRecord } from "../../../core/run/round-record.ts";
import { firstRound } from "../../../core/search/plan-round.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/narrow/handler.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";
import { run, shopDefinition } from "./evaluate-world.ts";

const definition = shopDefinition({
  candidates: [],
  search: {
    candidates: 4,
    families: [{ family: "logistic-regression" }],
    rounds: 2,
    keepShare: 0.5,
    budgetSeconds: 100,
  },
});
const { datasetDigest: _datasetDigest, ...order } = run;

/** An order whose trainings took that long; a higher index is better. */
function orderOf(...durationsMs: readonly number[]) {
  const round = firstRound(definition);
  const trained = round.candidates.map(({ index, name }) => ({
    ...{ index, name, metrics: { rocAuc: 0.5 + index / 10 } },
    durationMs: durationsMs[index] ?? 1_000,
  }));
  return { ...order, search: { round, finalists: [], trainMs: [7], trained } };
}

function setUp() {
  const objects = memoryObjects();
  const puts: string[] = [];
  const handler = makeHandler({
    store: {
      get: objects.get,
      put: async (key, body) => {
        puts.push(key);
        return objects.put(key, body);
      },
    },
    loadDefinition: async (_model, digest) => ({ digest, definition, compute: {} }),
    pricedAt: { region: "us-east-1", architecture: "x86_64" },
  });
  const record = async () =>
    parseRoundRecord(await objects.get(storageKeys.round("shop", "run-1", 0)));
  return { handler, puts, record };
}

describe("narrow", () => {
  it("sends the better half to the next round, on all rows, and records all", async () => {
    const { handler, record } = setUp();

    const output = await handler(orderOf());

    expect(output).toEqual({
      round: {
        number: 1,
        candidates: [2, 3].map((index) => ({
          ...{ index, name: `logistic-regression-${index + 1}`, rowShare: 1 },
        })),
      },
      finalists: [],
      trainMs: [7, 1_000, 1_000, 1_000, 1_000],
      done: false,
    });
    const { candidates } = await record();
    expect(candidates.map(({ kept }) => kept)).toEqual([false, false, true, true]);
    // 2.9375 GB and 1.5 GB of disk for a second
    expect(candidates[0]?.costUsd).toBeCloseTo(2.9375 * 0.0000166667 + 1.5 * 0.0000000309, 12);
  });

  it("counts the trainings of all rounds against the budget", async () => {
    const { handler } = setUp();
    const spent = orderOf();

    const output = await handler({ ...spent, search: { ...spent.search, trainMs: [95_000] } });

    expect(output.round.candidates.map(({ index }) => index)).toEqual([3]);
  });

  it("gives the same answer when it is tried again, and writes nothing", async () => {
    const { handler, puts } = setUp();
    const first = await handler(orderOf());

    expect(await handler(orderOf())).toEqual(first);
    expect(puts).toHaveLength(1);
  });

  it("is told by its record how long a round took that was trained again", async () => {
    const { handler, record } = setUp();
    const first = await handler(orderOf());
    const before = await record();

    // Alone, these would leave time for one candidate only.
    const again = await handler(orderOf(20_000, 20_000, 20_000, 20_000));

    expect(again).toEqual(first);
    expect(await record()).toEqual(before);
    expect(
      (await setUp().handler(orderOf(20_000, 20_000, 20_000, 20_000))).round.candidates,
    ).toHaveLength(1);
  });

  it("is over where all rows were seen", async () => {
    const { handler } = setUp();
    const last = orderOf();
    const graphSha256 = "b".repeat(64);
    const trained = last.search.trained.map((output) => ({ ...output, graphSha256 }));
    const round = {
      number: 1,
      candidates: last.search.round.candidates.map((candidate) => ({ ...candidate, rowShare: 1 })),
    };

    const output = await handler({ ...last, search: { ...last.search, round, trained } });

    expect(output).toMatchObject({ done: true, round: { number: 2, candidates: [] } });
    expect(output.finalists).toHaveLength(4);
    expect(output.finalists[0]).toEqual({
      ...{ index: 0, name: "logistic-regression-1", graphSha256, metrics: { rocAuc: 0.5 } },
    });
  });

  it("fails on a round of nobody", async () => {
    const { handler } = setUp();
    const { search, ...rest } = orderOf();

    await expect(handler({ ...rest, search: { ...search, trained: [] } })).rejects.toThrow(
      InvalidInputError,
    );
  });
});
