import { describe, expect, it } from "vitest";
import { datasetText, readDataset } from "../../../cli/dataset-text.ts";
import { NotFoundError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetHome, FLIGHTS } from "../dataset/dataset-home.ts";

describe("a dataset in short", () => {
  it("names its splits, source objects and columns, and needs no statistics", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const { datasetDigest } = await home.prepare();

    const text = datasetText(await readDataset(home.store, "flight-delay", datasetDigest));

    expect(text).toContain(`dataset ${datasetDigest} of flight-delay`);
    expect(text).toMatch(/^train +720 +1$/m);
    expect(text).toMatch(/^sources\/flight-delay\/flights-3m.parquet +\d+ +2400 +0$/m);
    expect(text).toMatch(/^weekday +0 +7 +0 /m);
    await home.store.remove([storageKeys.datasetStatistics("flight-delay", datasetDigest)]);
    const old = await readDataset(home.store, "flight-delay", datasetDigest);
    expect(datasetText(old)).toContain("(none)");
  });

  it("fails where there is none", async () => {
    const { store } = await datasetHome();

    await expect(readDataset(store, "flight-delay", "0".repeat(64))).rejects.toThrow(NotFoundError);
  });
});
