import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DefinitionBundle } from "../../../core/definition/definition-digest.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { stream as flights } from "../../../features/flights.ts";
import { makeHandler } from "../../../functions/register-definitions/handler.ts";
import { bundledDefinitions } from "../../../functions/wiring/bundled-definitions.ts";
import { CHANGE, CODE, DEFINITION, DEFINITION_DIGEST } from "./finished-run.ts";
import { type LocalPlaces, startPlaces } from "./local-registry.ts";

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

const BUNDLE: DefinitionBundle = { definition: DEFINITION, code: CODE, digest: DEFINITION_DIGEST };

async function setUp(bundles: readonly DefinitionBundle[] = [BUNDLE]) {
  const { store, registry } = await places.make();
  const register = makeHandler({ store, registry, bundles: async () => bundles, change: CHANGE });
  return { store, registry, register };
}

describe("register-definitions", () => {
  it("stores a definition so that it loads, and makes it the current one", async () => {
    const { store, registry, register } = await setUp();

    expect(await register()).toEqual({
      streams: [],
      definitions: [{ model: "flight-delay", digest: DEFINITION_DIGEST }],
    });

    const { definitionDigest } = await registry.model("flight-delay");
    const loaded = await definitionLoader(store)("flight-delay", definitionDigest);
    expect(loaded.definition).toEqual(DEFINITION);
  });

  it("stores streams, each feature with its owner", async () => {
    const { store, registry } = await setUp();
    const definition = parseStream({
      ...flights,
      features: {
        origin_late_rate_3h: { ...flights.features.origin_late_rate_3h, owner: "delays" },
        origin_flights_1h: flights.features.origin_flights_1h,
      },
    });
    const streams = async () => [{ definition, digest: "d1" }];
    const bundles = async () => [];

    const registered = await makeHandler({ store, registry, bundles, streams, change: CHANGE })();

    expect(registered.streams).toEqual([{ stream: "flights", digest: "d1" }]);
    const bytes = await store.get(storageKeys.streamDefinition("flights", "d1"));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(definition);
    expect(await registry.stream("flights")).toMatchObject({
      definitionDigest: "d1",
      features: {
        origin_late_rate_3h: { owner: "delays" },
        origin_flights_1h: { owner: "network-operations" },
      },
    });
  });

  it("changes nothing when it is repeated", async () => {
    const { registry, register } = await setUp();
    await register();
    const before = await registry.events("flight-delay");

    await register();

    expect(await registry.events("flight-delay")).toEqual(before);
  });

  it("fails on two models of one name, and registers neither", async () => {
    const { registry, register } = await setUp([BUNDLE, { ...BUNDLE, digest: "other" }]);

    await expect(register()).rejects.toThrow(InvalidInputError);
    expect(await registry.models()).toEqual([]);
  });
});

describe("bundledDefinitions", () => {
  it("reads what the deployment packs, and it registers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "definitions-"));
    await promisify(execFile)(process.execPath, ["cli/bundle-definitions.ts", folder]);

    const bundles = await bundledDefinitions(pathToFileURL(`${folder}/`));
    const { store, registry, register } = await setUp(bundles);
    await register();

    const { definitionDigest } = await registry.model("flight-delay");
    expect(await definitionLoader(store)("flight-delay", definitionDigest)).toMatchObject({
      definition: { name: "flight-delay" },
    });
    await rm(folder, { recursive: true });
  });

  it("fails on an index that is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "definitions-"));
    await writeFile(join(folder, "index.json"), '[{"model":"flight-delay"}]');

    await expect(bundledDefinitions(pathToFileURL(`${folder}/`))).rejects.toThrow(
      InvalidInputError,
    );
    await rm(folder, { recursive: true });
  });
});
