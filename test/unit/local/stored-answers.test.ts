import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DriftReport } from "../../../core/drift/drift-report.ts";
import { IntegrityError, InvalidInputError, NotFoundError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { definitionOf, lastDriftReport } from "../../../local/stored-answers.ts";

const CURRENT = "a".repeat(64);
const OLDER = "b".repeat(64);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-stored-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function setUp() {
  const store = fileObjectStore(folder);
  const registry = {
    model: async (model: string) => {
      if (model !== "m") throw new NotFoundError(`there is no model ${model}`);
      const updatedAt = "2026-01-01T00:00:00.000Z";
      return { model, owner: "o", description: "d", definitionDigest: CURRENT, updatedAt };
    },
  };
  return { store, registry };
}

const report = (predictions: number): DriftReport => ({
  model: "m",
  version: 1,
  createdAt: "2026-01-02T00:00:00.000Z",
  window: { from: "2026-01-01T00:00:00.000Z", until: "2026-01-02T00:00:00.000Z" },
  verdict: "not-enough-data",
  predictions,
  minPredictions: 200,
  maxPsi: 0.2,
  columns: [],
});

describe("definitionOf", () => {
  it("is the one that new runs use, or the one that a version was made by", async () => {
    const deps = setUp();
    await deps.store.put(storageKeys.definition("m", CURRENT), '{"name":"m","owner":"now"}');
    await deps.store.put(storageKeys.definition("m", OLDER), '{"name":"m","owner":"before"}');

    expect(await definitionOf(deps, "m", undefined)).toMatchObject({ owner: "now" });
    expect(await definitionOf(deps, "m", OLDER)).toMatchObject({ owner: "before" });
  });

  it.each(["", "../../secret", "A".repeat(64)])("fails on the digest %j", async (digest) => {
    await expect(definitionOf(setUp(), "m", digest)).rejects.toThrow(InvalidInputError);
  });

  it("fails on an unknown model and on an unknown digest", async () => {
    await expect(definitionOf(setUp(), "other", undefined)).rejects.toThrow(NotFoundError);
    await expect(definitionOf(setUp(), "m", OLDER)).rejects.toThrow(NotFoundError);
  });
});

describe("lastDriftReport", () => {
  const put = ({ store }: ReturnType<typeof setUp>, startedAt: string, text: string) =>
    store.put(storageKeys.driftReport("m", startedAt, "e"), text);

  it("is that of the check that started last, whenever it was written", async () => {
    const deps = setUp();
    await put(deps, "2026-01-02T00:00:00.000Z", JSON.stringify(report(2)));
    await put(deps, "2026-01-01T00:00:00.000Z", JSON.stringify(report(1)));

    expect(await lastDriftReport(deps, "m")).toEqual(report(2));
  });

  it("fails before the first, on an unknown model, and on a damaged file", async () => {
    const deps = setUp();

    await expect(lastDriftReport(deps, "m")).rejects.toThrow(NotFoundError);
    await expect(lastDriftReport(deps, "../m")).rejects.toThrow(NotFoundError);
    await put(deps, "2026-01-02T00:00:00.000Z", '{"model":"m"}');
    await expect(lastDriftReport(deps, "m")).rejects.toThrow(IntegrityError);
  });
});
