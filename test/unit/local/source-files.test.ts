import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { copySources } from "../../../local/source-files.ts";
import { datasetHome } from "../dataset/dataset-home.ts";
import { offersDefinition } from "../dataset/shop-rows.ts";

/** A model's folder and a store, and a definition whose one file comes from somewhere. */
async function world(from: string) {
  const { root, store } = await datasetHome();
  const source = { format: "csv", files: [{ name: "offers.csv", from }] } as const;
  const { definition } = offersDefinition({ source: { ...source, files: [...source.files] } });
  const copy = () => copySources(store, definition, root);
  const stored = async () =>
    new TextDecoder().decode(await store.get("sources/flight-delay/offers.csv"));
  return { folder: root, copy, stored };
}

describe("copySources", () => {
  it("takes a file from the model's own folder, once", async () => {
    const { folder, copy, stored } = await world("offers.csv");
    await writeFile(join(folder, "offers.csv"), "price\n1\n");

    await copy();
    await writeFile(join(folder, "offers.csv"), "price\n2\n");
    await copy();

    expect(await stored()).toBe("price\n1\n");
  });

  it("takes a file from a package", async () => {
    const { copy, stored } = await world("npm:zod/package.json");

    await copy();

    expect(JSON.parse(await stored())).toMatchObject({ name: "zod" });
  });

  it("says which file is not where the definition says", async () => {
    const { copy } = await world("data/offers.csv");

    await expect(copy()).rejects.toThrow(NotFoundError);
    await expect(copy()).rejects.toThrow(/offers.csv of model flight-delay is not at data/);
  });
});
