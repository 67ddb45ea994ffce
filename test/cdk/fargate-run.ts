import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Alert } from "../../core/ports/alerts.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { planSources } from "../../engine/dataset/plan-sources.ts";
import { datasetPreparer } from "../../engine/dataset/prepare-dataset.ts";
import { findModels } from "../../engine/definition/find-models.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { storedDatasets } from "../../engine/evaluation/stored-datasets.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../engine/sha256.ts";
import { makeHandler as collectCandidate } from "../../functions/collect-candidate/handler.ts";
import { makeHandler as evaluate } from "../../functions/evaluate/handler.ts";
import { makeHandler as prepare } from "../../functions/prepare/handler.ts";
import { makeHandler as startRun } from "../../functions/start-run/handler.ts";
import { lightFunctions } from "../../local/light-functions.ts";
import { localTask } from "../../local/local-task.ts";
import { writeFlights } from "../fixtures/e2e/world.ts";
import { startPlaces } from "../unit/functions/local-registry.ts";
import type { FargateWorld } from "./fargate-world.ts";

export const MODEL = "flights";
/** The same, but its boosting takes many seconds: time to be stopped in. */
export const SLOW_MODEL = "slow-flights";

type Handler = (event: unknown) => Promise<unknown>;

/** The functions of the training workflow but Train, over the S3 of a world and a registry. */
export interface FargateRuns {
  readonly functions: Readonly<Record<string, Handler>>;
  readonly registry: Registry;
  readonly alerts: readonly Alert[];
  /** An order for candidate 0 of a run. Its dataset is prepared. */
  readonly order: (runId: string, model?: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly stop: () => Promise<void>;
}

const ON_FARGATE = 'seed: 1,\n  compute: { training: { on: "fargate", vcpu: 2, memoryGb: 8 } }';

const SLOWLY = "trees: 5_000, earlyStoppingRounds: 0";

/** The flights model of the end-to-end tests, which wants a task of two virtual CPUs, twice. */
async function writeModels(folder: string): Promise<string> {
  const text = await readFile(resolve("test/fixtures/e2e/models/flights/model.ts"), "utf8");
  const model = replaced(text.replaceAll("../../../../../core/", `${resolve("core")}/`), {
    "seed: 1": ON_FARGATE,
  });
  const texts = {
    [MODEL]: model,
    [SLOW_MODEL]: replaced(model, { '"flights"': `"${SLOW_MODEL}"`, "trees: 20": SLOWLY }),
  };
  const models = join(folder, "models");
  for (const [name, written] of Object.entries(texts)) {
    await mkdir(join(models, name), { recursive: true });
    await writeFile(join(models, name, "model.ts"), written);
  }
  return models;
}

function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [part, instead]) => {
    if (!before.includes(part)) throw new Error(`the flights model has no ${part} to change`);
    return before.replace(part, instead);
  }, text);
}

/** A model that trains in a Fargate task, registered, its source in the bucket. */
export async function fargateRuns({ store, folder, place }: FargateWorld): Promise<FargateRuns> {
  const places = await startPlaces();
  const { registry } = await places.make();
  const projects = await findModels(await writeModels(folder));
  const source = join(folder, "flights.parquet");
  await writeFlights(source, { rows: 6_000 });
  for (const model of [MODEL, SLOW_MODEL]) {
    await store.put(`sources/${model}/flights.parquet`, await readFile(source));
  }

  const alerts: Alert[] = [];
  const duckdb = { memoryLimit: "1GB" };
  const loadDefinition = definitionLoader(store);
  const { loadVersion, ...light } = lightFunctions({
    store,
    registry,
    alerts: { send: async (alert) => void alerts.push(alert) },
    projects,
    gitCommit: "test",
    log: () => {},
  });
  const openDataset = storedDatasets(store, duckdb);
  const prepareDataset = datasetPreparer(duckdb);
  const asTask = <Output extends object>(
    name: string,
    handler: (event: unknown) => Promise<Output>,
  ) => localTask(name, handler, () => {});
  const prepareRun = asTask(
    "prepare",
    prepare({ store, loadDefinition, planSources, prepareDataset }),
  );
  const functions: Readonly<Record<string, Handler>> = {
    ...light,
    "start-run": startRun({
      registry,
      loadDefinition,
      places: { trainFunctions: {}, fargate: place },
    }),
    prepare: prepareRun,
    "collect-candidate": collectCandidate({ store }),
    evaluate: asTask(
      "evaluate",
      evaluate({ store, registry, loadDefinition, loadVersion, openDataset, openScorer, sha256 }),
    ),
  };
  await light["register-definitions"]({});

  const order = async (runId: string, model = MODEL) => {
    const { bundle } = projects.find(({ bundle: known }) => known.definition.name === model) ?? {};
    const run = { model, runId, definitionDigest: bundle?.digest };
    const prepared = await prepareRun({ ...run, preparation: "lambda" });
    const datasetDigest = "datasetDigest" in prepared ? prepared.datasetDigest : "";
    return { ...run, datasetDigest, candidate: { index: 0, name: "boosting" } };
  };
  return { functions, registry, alerts, order, stop: places.stop };
}
