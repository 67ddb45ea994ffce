import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { routinesOf } from "../../../core/routines/routine-code.ts";
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

describe("bundleDefinition of a model with routines.ts", () => {
  const bundled = async (text: string) => {
    const path = join(folder, "model.ts");
    await writeFile(path, `export { model } from ${JSON.stringify(flightDelay)};`);
    await writeFile(join(folder, "routines.ts"), text);
    return bundleDefinition(path);
  };

  it("exports the routines beside the row features, and the definition names them", async () => {
    const without = await bundleDefinition(flightDelay);
    const bundle = await bundled(
      "export const routines = { fallback: () => ({ label: 1, probability: 1 }), preprocess: (row) => row };",
    );

    expect(without.definition).not.toHaveProperty("routines");
    expect(bundle.definition).toEqual({
      ...without.definition,
      routines: ["preprocess", "fallback"],
    });
    const code = await loadCode(new TextEncoder().encode(bundle.code), sha256(bundle.code));
    const routines = routinesOf(bundle.definition, code);
    expect(Object.keys(routines)).toEqual(["preprocess", "fallback"]);
    expect(routines.fallback?.({})).toEqual({ label: 1, probability: 1 });
    expect(bundle.digest).not.toBe(without.digest);
  });

  it.each([
    ["no routines", "export const other = {};", /does not export a const named routines/],
    ["none in them", "export const routines = {};", /is no routine; there are the functions/],
    [
      "one that there is not",
      "export const routines = { train: () => 1 };",
      /routines.train is no/,
    ],
    ["one that is no function", "export const routines = { preprocess: 1 };", /preprocess is no/],
    [
      "one that reads the clock",
      "export const routines = { preprocess: () => ({ distance: Date.now() }) };",
      /must not use Date.now \(.*routines.ts:1\)/,
    ],
    ["text that is no code", "export const routines = {", /routines.ts(:1)? cannot be loaded/],
  ])("fails on a file with %s", async (_what, text, why) => {
    await expect(bundled(text)).rejects.toThrow(InvalidInputError);
    await expect(bundled(text)).rejects.toThrow(why);
  });
});
