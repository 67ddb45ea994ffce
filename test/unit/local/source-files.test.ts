import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { InvalidInputError, NotFoundError } from "../../../core/errors.ts";
import { generatedFiles } from "../../../local/generated-files.ts";
import { copyHistory, copySources } from "../../../local/source-files.ts";
import { datasetHome } from "../dataset/dataset-home.ts";
import { offersDefinition } from "../dataset/shop-rows.ts";

/** A model's folder and a store, and a definition whose one file comes from somewhere. */
async function world(from: string) {
  const { root, store } = await datasetHome();
  const source = { format: "csv", files: [{ name: "offers.csv", from }] } as const;
  const { definition } = offersDefinition({ source: { ...source, files: [...source.files] } });
  const generated = generatedFiles(() => undefined);
  onTestFinished(generated.remove);
  const copy = () => copySources({ store, generated }, definition, root);
  const stored = async () =>
    new TextDecoder().decode(await store.get("sources/flight-delay/offers.csv"));
  return { folder: root, copy, stored, store, generated };
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

  it("runs the program that writes a file, and keeps nothing else of it", async () => {
    const { folder, copy, stored } = await world("module:simulate.ts");
    const program = `import { writeFileSync } from "node:fs";
      writeFileSync(process.argv[2] + "/offers.csv", "price\\n3\\n");`;
    await writeFile(join(folder, "simulate.ts"), program);

    await copy();

    expect(await stored()).toBe("price\n3\n");
  });

  it("says why a program did not write its files", async () => {
    const { folder, copy } = await world("module:simulate.ts");
    await writeFile(join(folder, "simulate.ts"), 'throw new Error("no seed");');

    await expect(copy()).rejects.toThrow(InvalidInputError);
    await expect(copy()).rejects.toThrow(/simulate.ts did not write its files: .*no seed/s);
  });
});

describe("copyHistory", () => {
  it("takes the past of a stream as it takes the sources of a model", async () => {
    const { folder, store, generated } = await world("offers.csv");
    await writeFile(join(folder, "past.csv"), "id\n7\n");
    const stream = streamOf({ files: [{ name: "past.csv", from: "past.csv" }] });

    await copyHistory({ store, generated }, stream, folder);

    const bytes = await store.get("streams/visits/history/past.csv");
    expect(new TextDecoder().decode(bytes)).toBe("id\n7\n");
  });

  it("says which history is not where the stream says", async () => {
    const { folder, store, generated } = await world("offers.csv");
    const stream = streamOf({ files: [{ name: "past.csv", from: "gone.csv" }] });

    const copy = copyHistory({ store, generated }, stream, folder);

    await expect(copy).rejects.toThrow("past.csv of stream visits is not at gone.csv");
  });
});

const streamOf = ({ files }: { readonly files: { name: string; from: string }[] }) =>
  parseStream({
    name: "visits",
    owner: "shop",
    description: "visits",
    fields: { at: { type: "timestamp" } },
    eventTime: "at",
    history: { format: "csv", files },
    features: {},
  });
