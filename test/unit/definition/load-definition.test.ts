import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { bundleDefinition } from "../../../engine/definition/bundle-definition.ts";
import { findModels } from "../../../engine/definition/find-models.ts";
import { loadCode } from "../../../engine/definition/load-code.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";

const flightDelay = resolve("models/flight-delay/model.ts");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-definition-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function storeBundle(change: { code?: string; definition?: string } = {}) {
  const bundle = await bundleDefinition(flightDelay);
  const store = fileObjectStore(folder);
  const { name } = bundle.definition;
  const json = change.definition ?? canonicalJson(bundle.definition);
  await store.put(storageKeys.definition(name, bundle.digest), json);
  await store.put(storageKeys.definitionCode(name, bundle.digest), change.code ?? bundle.code);
  return { load: () => definitionLoader(store)(name, bundle.digest), bundle };
}

describe("bundleDefinition", () => {
  it("gives the same digest every time", async () => {
    const first = await bundleDefinition(flightDelay);
    const second = await bundleDefinition(flightDelay);

    expect(second).toEqual(first);
  });

  it("bundles code that holds no path of this machine", async () => {
    const { code } = await bundleDefinition(flightDelay);

    expect(code).not.toContain(resolve("."));
    expect(code.length).toBeLessThan(10_000);
  });

  it("exports row features of any name", async () => {
    const path = join(folder, "model.ts");
    const rowFeatures = ["class", "default", "model"].map(
      (name, i) => `${name}: { type: "number", from: ["date"], compute: () => ${i} }`,
    );
    await writeFile(
      path,
      `import { model as flights } from ${JSON.stringify(flightDelay)};
       export const model = { ...flights, rowFeatures: { ${rowFeatures} } };`,
    );

    const { code } = await bundleDefinition(path);

    const compute = await loadCode(new TextEncoder().encode(code), sha256(code));
    expect([compute.class?.({}), compute.default?.({}), compute.model?.({})]).toEqual([0, 1, 2]);
  });
});

describe("definitionLoader", () => {
  it("loads what was stored, with row features that run", async () => {
    const { load, bundle } = await storeBundle();

    const { definition, compute } = await load();

    expect(definition).toEqual(bundle.definition);
    // 2001-06-03 was a Sunday
    expect(compute.weekday?.({ date: Date.parse("2001-06-03T17:30:00Z") })).toBe(0);
    expect(compute.hour?.({ date: Date.parse("2001-06-03T17:30:00Z") })).toBe(17);
  });

  it("fails on code that was changed", async () => {
    const { load } = await storeBundle({ code: "export const hour = () => 1;" });

    await expect(load()).rejects.toThrow(IntegrityError);
  });

  it("fails on a definition that was cut off", async () => {
    const { load } = await storeBundle({ definition: '{"name":"fli' });

    await expect(load()).rejects.toThrow(IntegrityError);
  });
});

describe("findModels", () => {
  const writeModel = async (name: string, text: string) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "model.ts"), text);
  };
  const reexport = `export { model } from ${JSON.stringify(flightDelay)};\n`;

  it("finds every folder with a model.ts", async () => {
    await writeModel("a", reexport);
    await mkdir(join(folder, "notes"));

    const found = await findModels(folder);

    expect(found.map(({ bundle }) => bundle.definition.name)).toEqual(["flight-delay"]);
  });

  it("fails on two models of one name, and names both folders", async () => {
    await writeModel("a", reexport);
    await writeModel("b", reexport);

    await expect(findModels(folder)).rejects.toThrow(
      /two models have the name "flight-delay".*a and .*b/,
    );
  });

  it("fails on a file that exports no model", async () => {
    await writeModel("a", "export const other = 1;\n");

    await expect(findModels(folder)).rejects.toThrow(InvalidInputError);
  });
});
