import type { ObjectStore } from "../core/ports/object-store.ts";
import type { RunRecord } from "../core/registry/records.ts";
import { fileObjectStore } from "../local/file-object-store.ts";
import { homePaths } from "../local/local-environment.ts";
import { type Client, RefusedError } from "./client.ts";
import { datasetText, readDataset } from "./dataset-text.ts";
import { deployedRegistry, deployedStore, describeDeployment } from "./deployment.ts";
import { settingsOf } from "./settings.ts";

export interface DatasetPlace {
  readonly stack?: string;
  readonly region?: string;
}

interface Place {
  readonly store: ObjectStore;
  readonly runs: () => Promise<readonly RunRecord[]>;
}

/** A stored dataset as JSON and as text; the newest run's if no digest is given. */
export async function dataset(
  client: Pick<Client, "call">,
  { model, digest }: { readonly model: string; readonly digest?: string | undefined },
  place: DatasetPlace,
): Promise<{ readonly json: object; readonly text: string }> {
  const { store, runs } = place.stack
    ? await deployed(place.stack, place.region, model)
    : local(client, model);
  const found = digest ?? newest(await runs());
  if (found === undefined) throw new RefusedError(`${model} has no run that made a dataset`);
  const json = await readDataset(store, model, found);
  return { json, text: datasetText(json) };
}

/** @param runs newest first */
const newest = (runs: readonly RunRecord[]) =>
  runs.find(({ datasetDigest }) => datasetDigest !== undefined)?.datasetDigest;

const local = (client: Pick<Client, "call">, model: string): Place => ({
  store: fileObjectStore(homePaths.objects(settingsOf(process.env).home)),
  runs: async () =>
    (await client.call("GET", `/api/models/${encodeURIComponent(model)}/runs`)) as RunRecord[],
});

async function deployed(stack: string, region: string | undefined, model: string): Promise<Place> {
  const deployment = await describeDeployment(stack, region);
  const registry = deployedRegistry(deployment);
  return { store: deployedStore(deployment), runs: () => registry.runs(model) };
}
