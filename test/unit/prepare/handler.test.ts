import { describe, expect, it } from "vitest";
import type { PrepareRequest } from "../../../core/dataset/prepare-dataset.ts";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import { DataContractError, InvalidInputError } from "../../../core/errors.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import type { PrepareOutput } from "../../../core/run/messages.ts";
import { makeHandler } from "../../../functions/prepare/handler.ts";

const digest = "a".repeat(64);
const event = { model: "flight-delay", runId: "run-1", definitionDigest: digest };
const output: PrepareOutput = {
  datasetDigest: "b".repeat(64),
  rows: { read: 3, train: 1, validation: 1, test: 1, outside: 0, quarantined: 0 },
  reused: false,
  quality: { verdict: "passed", broken: 0, reportKey: "runs/flight-delay/run-1/quality.json" },
};

function setUp(prepare: () => Promise<PrepareOutput> = async () => output) {
  const requests: PrepareRequest[] = [];
  const store = {} as ObjectStore;
  const handler = makeHandler({
    store,
    loadDefinition: async (model, wanted) =>
      ({ digest: wanted, definition: { name: model } }) as LoadedDefinition,
    planSources: async ({ runId, definition }) => {
      const object = { name: "a", key: "k", sizeBytes: 7, etag: "1" };
      const objects = [object, { ...object, name: "b" }];
      const shards = [{ first: 0, objects: 2, sizeBytes: 14 }];
      return { model: definition.name, runId, objects, shards };
    },
    prepareDataset: (request) => {
      requests.push(request);
      return prepare();
    },
  });
  return { handler, requests, store };
}

describe("the prepare function", () => {
  it("prepares by the definition that the run names and answers digest and counts", async () => {
    const { handler, requests, store } = setUp();

    expect(await handler(event)).toEqual(output);
    expect(requests).toEqual([
      {
        store,
        runId: "run-1",
        loaded: { digest, definition: { name: "flight-delay" } },
        staged: false,
      },
    ]);
  });

  it("takes staged rows where every file has been staged", async () => {
    const { handler, requests } = setUp();

    await handler({ ...event, preparation: "distributed-map" });
    await handler({ ...event, preparation: "lambda" });

    expect(requests.map(({ staged }) => staged)).toEqual([true, false]);
  });

  it("fixes what the run reads, answers numbers, and prepares nothing", async () => {
    const { handler, requests } = setUp();

    expect(await handler({ ...event, preparation: "plan" })).toEqual({
      objects: 2,
      shards: 1,
      sizeBytes: 14,
    });
    expect(requests).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["no run", { ...event, runId: "" }],
    ["a digest that is none", { ...event, definitionDigest: "latest" }],
    ["a preparation that there is not", { ...event, preparation: "spark" }],
  ])("fails on %s before it prepares anything", async (_what, wrong) => {
    const { handler, requests } = setUp();

    await expect(handler(wrong)).rejects.toThrow(InvalidInputError);
    expect(requests).toEqual([]);
  });

  it("fails as the preparation fails, so that the state machine sees the name", async () => {
    const { handler } = setUp(() => Promise.reject(new DataContractError("too many broken rows")));

    await expect(handler(event)).rejects.toThrow(DataContractError);
  });
});
