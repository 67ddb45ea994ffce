import { describe, expect, it } from "vitest";
import type { StagedFile, StageRequest } from "../../../core/dataset/staged-file.ts";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import { InvalidInputError, UnavailableError } from "../../../core/errors.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { makeHandler } from "../../../functions/stage-source/handler.ts";

const digest = "a".repeat(64);
const event = {
  model: "flight-delay",
  runId: "run-1",
  definitionDigest: digest,
  source: { index: 1, name: "b.parquet" },
};
const files = [{ name: "a.parquet" }, { name: "b.parquet" }];
const report: StagedFile = {
  file: "b.parquet",
  read: 5,
  broken: 2,
  rows: { name: "rows-1.parquet", sha256: digest },
};

function setUp(stage: () => Promise<StagedFile> = async () => report) {
  const requests: StageRequest[] = [];
  const store = {} as ObjectStore;
  const handler = makeHandler({
    store,
    loadDefinition: async (name, wanted) =>
      ({ digest: wanted, definition: { name, source: { files } } }) as LoadedDefinition,
    stageSource: (request) => {
      requests.push(request);
      return stage();
    },
  });
  return { handler, requests, store };
}

describe("the stage-source function", () => {
  it("stages the file by the definition that the run names and answers counts, never rows", async () => {
    const { handler, requests, store } = setUp();

    expect(await handler(event)).toEqual({
      file: "b.parquet",
      usable: true,
      read: 5,
      quarantined: 2,
    });
    expect(requests).toMatchObject([{ store, runId: "run-1", index: 1, loaded: { digest } }]);
  });

  it("ends well on a file that cannot be used: the join tells why", async () => {
    const error = { name: "DataContractError", message: "column origin is missing" };
    const { handler } = setUp(async () => ({ file: "b.parquet", error }));

    expect(await handler(event)).toEqual({ file: "b.parquet", usable: false });
  });

  it.each([
    [
      "a name that is another file's",
      { index: 0, name: "b.parquet" },
      /not source file 0.*is a.parquet/,
    ],
    ["a place where no file is", { index: 2, name: "b.parquet" }, /not source file 2.*is none/],
    ["no name", { index: 0 }, /source\.name/],
  ])("fails on %s before it stages anything", async (_what, source, message) => {
    const { handler, requests } = setUp();

    const failed = handler({ ...event, source });

    await expect(failed).rejects.toThrow(InvalidInputError);
    await expect(failed).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it("fails as the staging fails, so that the state machine tries again", async () => {
    const { handler } = setUp(() => Promise.reject(new UnavailableError("slow down")));

    await expect(handler(event)).rejects.toThrow(UnavailableError);
  });
});
