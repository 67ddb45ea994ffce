import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { readChecked } from "../../engine/read-checked.ts";
import { type Check, ok, seeRunbook, type Verdict, warning, wrong } from "./finding.ts";

/** What is registered, on AWS or here. */
export interface ModelProbes {
  readonly registry: Pick<Registry, "models" | "aliases" | "version" | "runs">;
  readonly store: Pick<ObjectStore, "get">;
  /** The definitions of `models/` in this checkout. */
  readonly ownDefinitions: () => Promise<
    readonly { readonly model: string; readonly digest: string }[]
  >;
  /** What makes the definitions of `models/` those that are registered. */
  readonly howToRegister: string;
  /** How a run of a model is started. */
  readonly howToTrain: (model: string) => string;
}

/** Definitions, champions with their files, and how the last run of each model ended. */
export const modelChecks = (probes: ModelProbes): readonly Check[] => [
  { name: "definitions", look: () => definitions(probes) },
  { name: "champions", look: () => forEachModel(probes, champion) },
  { name: "last runs", look: () => forEachModel(probes, lastRun) },
];

type ModelCheck = (probes: ModelProbes, model: string) => Promise<Verdict>;

async function forEachModel(probes: ModelProbes, look: ModelCheck): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { model } of await probes.registry.models()) verdicts.push(await look(probes, model));
  return verdicts;
}

async function definitions(probes: ModelProbes): Promise<readonly Verdict[]> {
  const own = await probes.ownDefinitions();
  const registered = new Map(
    (await probes.registry.models()).map(({ model, definitionDigest }) => [
      model,
      definitionDigest,
    ]),
  );
  if (own.length === 0 && registered.size === 0) {
    return [warning("there is no model yet", "write one: see docs/add-a-model.md")];
  }
  const ofCheckout = own.map(({ model, digest }) => {
    const found = registered.get(model);
    if (found === undefined) return wrong(`${model} is not registered`, probes.howToRegister);
    if (found === digest) return ok(`${model} is registered as it stands in models/`);
    return warning(
      `${model} is registered as ${found.slice(0, 12)}, models/ has ${digest.slice(0, 12)}`,
      `runs use what is registered; to change it, ${probes.howToRegister}`,
    );
  });
  const gone = [...registered.keys()].filter((model) => !own.some((it) => it.model === model));
  return [
    ...ofCheckout,
    ...gone.map((model) =>
      warning(
        `${model} is registered and not in models/ of this checkout`,
        "its versions are still served; check out the commit that is deployed, or leave it",
      ),
    ),
  ];
}

async function champion({ registry, store, howToTrain }: ModelProbes, model: string) {
  const alias = (await registry.aliases(model)).find((it) => it.alias === "champion");
  if (alias === undefined) {
    return wrong(`${model} has no champion: nobody answers for it`, howToTrain(model));
  }
  const { version } = alias;
  const { manifestSha256 } = await registry.version(model, version);
  const folder = storageKeys.version(model, version);
  try {
    const manifest = storedJson(
      await readChecked(store, `${folder}/${versionFiles.manifest}`, manifestSha256),
      "manifest",
    ) as VersionManifest;
    const files = Object.entries(manifest.files);
    for (const [name, { sha256 }] of files) await readChecked(store, `${folder}/${name}`, sha256);
    return ok(`${model}: version ${version}, its ${files.length + 1} files are those registered`);
  } catch (error) {
    return wrong(
      `${model}: version ${version} is champion and damaged: ${(error as Error).message}`,
      `new instances of the endpoint cannot load it; ${seeRunbook("bad-version")}`,
    );
  }
}

async function lastRun({ registry, howToTrain }: ModelProbes, model: string): Promise<Verdict> {
  const [run] = await registry.runs(model);
  if (run === undefined) return warning(`${model} was never trained`, howToTrain(model));
  const { runId, status, error, startedAt } = run;
  if (status !== "failed") return ok(`${model}: run ${runId} of ${startedAt} ${status}`);
  return wrong(
    `${model}: run ${runId} of ${startedAt} failed: ${error?.name}: ${error?.message}`,
    seeRunbook("failed-run"),
  );
}
