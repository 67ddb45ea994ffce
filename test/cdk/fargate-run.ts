import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Alert } from "../../core/ports/alerts.ts";
import type { Registry } from "../../core/registry/registry.ts";
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

type Handler = (event: unknown) => Promise<unknown>;

/** The functions of the training workflow but Train, over the S3 of a world and a registry. */
export interface FargateRuns {
  readonly functions: Readonly<Record<string, Handler>>;
  readonly registry: Registry;
  readonly alerts: readonly Alert[];
  /** An order for candidate 0 of a run. Its dataset is prepared. */
  readonly order: (runId: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly stop: () => Promise<void>;
}

const ON_FARGATE = 'seed: 1,\n  compute: { training: { on: "fargate", vcpu: 2, memoryGb: 8 } }';

/** The flights model of the end-to-end tests, which wants a task of two virtual CPUs. */
async function writeModel(folder: string): Promise<string> {
  const models = join(folder, "models");
  await mkdir(join(models, MODEL), { recursive: true });
  const text = await readFile(resolve("test/fixtures/e2e/models/flights/model.ts"), "utf8");
  const moved = text.replaceAll("../../../../../core/", `${resolve("core")}/`);
  if (!moved.includes("seed: 1"))
    throw new Error("the flights model has no seed to put compute to");
  await writeFile(join(models, MODEL, "model.ts"), moved.replace("seed: 1", ON_FARGATE));
  return models;
}

/** A model that trains in a Fargate task, registered, its source in the bucket. */
export async function fargateRuns({ store, folder, place }: FargateWorld): Promise<FargateRuns> {
  const places = await startPlaces();
  const { registry } = await places.make();
  const projects = await findModels(await writeModel(folder));
  const source = join(folder, "flights.parquet");
  await writeFlights(source, { rows: 6_000 });
  await store.put(`sources/${MODEL}/flights.parquet`, await readFile(source));

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
  const prepareRun = asTask("prepare", prepare({ store, loadDefinition, prepareDataset }));
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

  const order = async (runId: string) => {
    const definitionDigest = projects[0]?.bundle.digest;
    const input = { model: MODEL, runId, definitionDigest, preparation: "lambda" };
    const { datasetDigest } = await prepareRun(input);
    const candidate = { index: 0, name: "boosting" };
    return { model: MODEL, runId, definitionDigest, datasetDigest, candidate };
  };
  return { functions, registry, alerts, order, stop: places.stop };
}
