import { describe, expect, it } from "vitest";
import { batchProgress } from "../../../core/batch/batch-progress.ts";
import type { PredictFileRequest } from "../../../core/batch/predict-file.ts";
import type { PredictedFile } from "../../../core/batch/stored.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "../../../core/errors.ts";
import { batchFiles } from "../../../core/storage-keys.ts";
import { makeHandler as endBatch } from "../../../functions/end-batch/handler.ts";
import { makeHandler as predictFile } from "../../../functions/predict-file/handler.ts";
import { makeHandler as startBatch } from "../../../functions/start-batch/handler.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import { BATCH, batchWorld, FOLDER } from "./batch-world.ts";

const STARTED = "2001-07-01T00:00:00Z";

async function setUp() {
  const world = await batchWorld({}, {}, { status: "rejected" });
  const { store, serving } = world;
  const start = startBatch({ store, registry: serving.deps.registry as never });
  const text = async (key: string) =>
    JSON.parse(new TextDecoder().decode(await store.get(`${FOLDER}/${key}`)));
  return {
    ...world,
    text,
    start: (input: object = {}, name = "run-1") =>
      start({
        execution: { name, startedAt: STARTED },
        input: { model: MODEL, input: BATCH, reason: "r", requestedBy: "me", ...input },
      }),
    end: (runId = "run-1") =>
      endBatch({
        store,
        forEach: (items, answer) => Promise.all(items.map((item) => answer(item))),
      })({ model: MODEL, runId, name: BATCH }),
  };
}

describe("the start-batch function", () => {
  it("fixes the champion, and answers names and counts", async () => {
    const { put, start, serving } = await setUp();
    await put("a.csv", "x");
    await put("deep/b.csv", "x");

    expect(await start()).toEqual({
      ...{ name: BATCH, version: 1, prefix: `${FOLDER}/input/`, files: 2, maxConcurrency: 5 },
    });
    serving.promote(2);
    expect((await start({}, "run-2")).version, "whoever is champion since").toBe(1);
  });

  it("takes the prefix for the name, and a version and a concurrency that are asked for", async () => {
    const { put, start, text } = await setUp();
    await put("a.csv", "x");

    const input = `${FOLDER}/${batchFiles.input}`;
    expect(await start({ input, version: 2, maxConcurrency: 40 })).toMatchObject({
      ...{ name: BATCH, version: 2, maxConcurrency: 40 },
    });
    expect(await text(batchFiles.order)).toEqual({
      ...{ model: MODEL, name: BATCH, version: 2, startedAt: STARTED },
      ...{ reason: "r", requestedBy: "me" },
    });
  });

  it.each([
    ["another version than it was started with", { version: 2 }, ConflictError, /version 1, not 2/],
    [
      "another model's prefix",
      { input: "batches/m/june/input/" },
      InvalidInputError,
      /of model m,/,
    ],
    ["a name that is no text", { input: 5 }, InvalidInputError, /input\.input/],
    ["a path that is none of a batch", { input: "sources/x/" }, InvalidInputError, /batch's name/],
    ["a batch without a file", { input: "may" }, NotFoundError, /no file below batches\/.*\/may\//],
  ])("fails on %s", async (_what, changes, error, message) => {
    const { put, start } = await setUp();
    await put("a.csv", "x");
    await start();

    const failed = await start(changes, "run-2").catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(error);
    expect((failed as Error).message).toMatch(message);
  });

  it("takes files of the model's sources, the same at every start", async () => {
    const { store, start } = await setUp();
    const prefix = `sources/${MODEL}/new/`;
    await store.put(`${prefix}a.csv`, "x");
    await store.put(`${prefix}deep/b.csv`, "x");

    const input = "scheduled-2001-07-01T06:00:00Z";
    const started = await start({ input, prefix });
    const name = "scheduled-2001-07-01T06-00-00Z";

    expect(started).toMatchObject({ name, prefix, files: 2 });
    const again = await start({ input }, "run-2");
    expect(again, "where it lay at the first start").toMatchObject({ name, prefix });
    const order = await store.get(`batches/${MODEL}/${name}/${batchFiles.order}`);
    expect(JSON.parse(new TextDecoder().decode(order))).toMatchObject({ prefix });
    const other = start({ input, prefix: `sources/${MODEL}/old/` }, "run-3");
    await expect(other).rejects.toThrow(/files below sources\/.*\/new\/, not below .*\/old\//);
  });

  it.each([
    ["of another model", "sources/others/new/", InvalidInputError, /is not below sources\//],
    ["of another batch", `batches/${MODEL}/may/input/`, InvalidInputError, /not the batch's own/],
    ["of what is no source", "models/m/", InvalidInputError, /must be a prefix/],
    ["without an end", `sources/${MODEL}/new`, InvalidInputError, /must be a prefix/],
    ["with nothing below it", `sources/${MODEL}/new/`, NotFoundError, /no file below/],
  ])("fails on a prefix %s", async (_what, prefix, error, message) => {
    const { start } = await setUp();

    const failed = await start({ prefix }).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(error);
    expect((failed as Error).message).toMatch(message);
  });

  it("fails on a version that was rejected, or is not there", async () => {
    const { put, start } = await setUp();
    await put("a.csv", "x");

    await expect(start({ version: 3 })).rejects.toThrow(/was rejected and is not served/);
    await expect(start({ version: 9 })).rejects.toThrow(NotFoundError);
  });
});

describe("the predict-file function", () => {
  const event = (key: string) => ({
    ...{ model: MODEL, runId: "run-1", name: BATCH, version: 1, prefix: `${FOLDER}/input/` },
    file: { key: `${FOLDER}/${key}`, sizeBytes: 7 },
  });

  it("answers counts, and stores of a file that cannot be used why", async () => {
    const { store, text } = await setUp();
    const requests: PredictFileRequest[] = [];
    const error = { name: "DataContractError", message: "no column" };
    const handler = predictFile({
      store,
      predictFile: async (request) => {
        requests.push(request);
        const { file } = request;
        return file === "bad.csv" ? { file, error } : { ...DONE, file };
      },
    });

    expect(await handler(event("input/deep/a.csv"))).toEqual({
      ...{ file: "deep/a.csv", usable: true, rows: 10, rejected: 3 },
    });
    expect(await handler(event("input/bad.csv"))).toEqual({ file: "bad.csv", usable: false });
    expect(requests).toMatchObject([
      { file: "deep/a.csv", key: `${FOLDER}/input/deep/a.csv`, version: 1 },
      {},
    ]);
    expect(await text("errors/run-1/bad.csv.json")).toEqual({ file: "bad.csv", error });
    expect(await handler(event("input/deep/")), "a folder of the console").toMatchObject({
      rows: 0,
    });
    await expect(handler(event("output/a.csv"))).rejects.toThrow(/is not below/);
  });
});

const DONE: PredictedFile = {
  ...{ file: "a.csv", sizeBytes: 7, version: 1, rows: 10, scored: 7, rejected: 3 },
  ...{ endedAt: "2001-07-01T00:00:09Z", durationMs: 400 },
};

describe("batchProgress", () => {
  it("counts what is done of what lies there, until the report is written", async () => {
    const { store, put, start, end } = await setUp();
    const progress = () => batchProgress(store, MODEL, BATCH);
    await put("a.csv", "x");
    await put("b.csv", "x");
    await expect(progress()).rejects.toThrow(NotFoundError);
    await start();

    expect(await progress()).toEqual({
      ...{ model: MODEL, name: BATCH, version: 1, startedAt: STARTED, reason: "r" },
      ...{ requestedBy: "me", files: 2, done: 0, rows: 0, scored: 0, rejected: 0 },
      hasEnded: false,
    });
    for (const [file, endedAt] of Object.entries({
      "a.csv": "2001-07-02",
      "b.csv": "2001-07-01",
    })) {
      await store.put(`${FOLDER}/files/${file}.json`, JSON.stringify({ ...DONE, file, endedAt }));
    }
    const half = { done: 2, rows: 20, scored: 14, rejected: 6, lastEndedAt: "2001-07-02" };
    expect(await progress()).toMatchObject({ ...half, hasEnded: false });
    await end();
    expect(await progress()).toMatchObject({ ...half, hasEnded: true });
  });

  it("counts no folder that the console of S3 made", async () => {
    const { store, put, start } = await setUp();
    await put("a.csv", "x");
    await start();
    const withFolder = {
      get: store.get,
      head: store.head,
      async *list(prefix: string) {
        if (prefix.endsWith(batchFiles.input)) yield { key: `${prefix}deep/`, sizeBytes: 0 };
        yield* store.list(prefix);
      },
    };

    expect(await batchProgress(withFolder, MODEL, BATCH)).toMatchObject({ files: 1 });
  });

  it("counts the files of the prefix that the batch was started with", async () => {
    const { store, start } = await setUp();
    const prefix = `sources/${MODEL}/new/`;
    await store.put(`${prefix}a.csv`, "x");
    await start({ prefix });

    expect(await batchProgress(store, MODEL, BATCH)).toMatchObject({ prefix, files: 1 });
  });
});

describe("the end-batch function", () => {
  const withFiles = async () => {
    const world = await setUp();
    for (const file of ["a.csv", "b.csv"]) await world.put(file, "x");
    await world.start();
    const later = { file: "b.csv", rows: 5, scored: 5, rejected: 0, durationMs: 50 };
    const files = [DONE, { ...DONE, ...later, endedAt: "2001-07-01T00:00:20Z" }];
    for (const file of files) {
      await world.store.put(`${FOLDER}/files/${file.file}.json`, JSON.stringify(file));
    }
    return world;
  };

  it("adds up what was made of the files", async () => {
    const { end, text } = await withFiles();

    expect(await end()).toEqual({
      ...{ version: 1, files: 2, rows: 15, scored: 12, rejected: 3 },
      reportKey: `${FOLDER}/report.json`,
    });
    expect(await text(batchFiles.report)).toMatchObject({
      ...{ startedAt: STARTED, endedAt: "2001-07-01T00:00:20Z", durationMs: 450, reason: "r" },
    });
    expect(await end("run-2"), "again, the same").toMatchObject({ rows: 15 });
  });

  it("is the end of a batch: files that come later are refused at the start", async () => {
    const { end, put, start } = await withFiles();
    await end();
    expect(await start({}, "run-2")).toMatchObject({ files: 2 });
    await put("c.csv", "x");

    await expect(start({}, "run-3")).rejects.toThrow(/ended with 2 files and has 3 now/);
  });

  it("fails by the name of the first file that could not be used, and counts the others", async () => {
    const { end, store } = await withFiles();
    for (const file of ["x.csv", "y.csv", "z.csv"]) {
      const error = { name: "DataContractError", message: `input file ${file} is empty` };
      await store.put(`${FOLDER}/errors/run-1/${file}.json`, JSON.stringify({ file, error }));
    }

    await expect(end()).rejects.toMatchObject({
      name: "DataContractError",
      message: "input file x.csv is empty; of 5 files 2 more cannot be used: y.csv, z.csv",
    });
    expect(await store.head(`${FOLDER}/report.json`)).toBeUndefined();
    expect(await end("run-2"), "what another execution found is past").toMatchObject({ files: 2 });
  });
});
