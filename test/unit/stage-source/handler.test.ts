import { describe, expect, it } from "vitest";
import type { StagedShard, StageRequest } from "../../../core/dataset/staged-file.ts";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import { InvalidInputError, UnavailableError } from "../../../core/errors.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { makeHandler } from "../../../functions/stage-source/handler.ts";

const digest = "a".repeat(64);
const event = {
  model: "flight-delay",
  runId: "run-1",
  definitionDigest: digest,
  shard: 1,
};
const report: StagedShard = {
  files: [
    { file: "a.parquet", read: 3, broken: 0 },
    { file: "b.parquet", read: 2, broken: 2 },
  ],
  rows: { name: "rows-1.parquet", sha256: digest },
  quarantine: [],
};

function setUp(stage: () => Promise<StagedShard> = async () => report) {
  const requests: StageRequest[] = [];
  const store = {} as ObjectStore;
  const handler = makeHandler({
    store,
    loadDefinition: async (name, wanted) =>
      ({ digest: wanted, definition: { name } }) as LoadedDefinition,
    stageSource: (request) => {
      requests.push(request);
      return stage();
    },
  });
  return { handler, requests, store };
}

describe("the stage-source function", () => {
  it("stages the shard by the definition that the run names and answers counts, never rows", async () => {
    const { handler, requests, store } = setUp();

    expect(await handler(event)).toEqual({
      shard: 1,
      usable: true,
      files: 2,
      read: 5,
      quarantined: 2,
    });
    expect(requests).toMatchObject([{ store, runId: "run-1", index: 1, loaded: { digest } }]);
  });

  it("ends well on a file that cannot be used: the join tells why", async () => {
    const error = { name: "DataContractError", message: "column origin is missing" };
    const { handler } = setUp(async () => ({ useless: [{ file: "b.parquet", error }] }));

    expect(await handler(event)).toEqual({ shard: 1, usable: false });
  });

  it.each([
    ["a shard before the first", { shard: -1 }],
    ["no shard", { shard: undefined }],
  ])("fails on %s before it stages anything", async (_what, changes) => {
    const { handler, requests } = setUp();

    const failed = handler({ ...event, ...changes });

    await expect(failed).rejects.toThrow(InvalidInputError);
    await expect(failed).rejects.toThrow(/shard/);
    expect(requests).toEqual([]);
  });

  it("fails as the staging fails, so that the state machine tries again", async () => {
    const { handler } = setUp(() => Promise.reject(new UnavailableError("slow down")));

    await expect(handler(event)).rejects.toThrow(UnavailableError);
  });
});
