import { tmpdir } from "node:os";
import { dynamodbFeatureStore } from "../../aws/dynamodb-features.ts";
import { type Backfilled, backfillStream } from "../../engine/streams/backfill-stream.ts";
import {
  type CatalogueEntry,
  featureCatalogue,
  type ShownFeature,
  showFeature,
} from "../../engine/streams/feature-catalogue.ts";
import { type Client, RefusedError } from "../client.ts";
import { deployedRegistry, deployedStore, describeDeployment, outputOf } from "../deployment.ts";
import { table } from "../table.ts";
import { featureText, windowText } from "./feature-text.ts";

/** The deployment that is asked; the local platform without a stack. */
export interface FeaturesPlace {
  readonly stack?: string;
  readonly region?: string;
}

export interface BackfillCommand extends FeaturesPlace {
  readonly from?: string;
  readonly until?: string;
}

/** Every feature, with a line each. */
export async function listFeatures(client: Client, place: FeaturesPlace) {
  const entries = place.stack
    ? await featureCatalogue(await partsOf(place))
    : ((await client.call("GET", "/api/features")) as readonly CatalogueEntry[]);
  const rows = entries.map(({ feature, stream, declaration, users, owner, online }) => ({
    feature,
    stream,
    operation: declaration.operation,
    window: windowText(declaration.window),
    entity: declaration.entity.join(" + "),
    models: users.map(({ model }) => model).join(", ") || "-",
    owner,
    "complete from": online?.completeFrom,
  }));
  return { json: entries, text: table(rows) };
}

/** All that is known of one feature. */
export async function describeFeature(client: Client, place: FeaturesPlace, feature: string) {
  const shown = place.stack
    ? await showInStack(place, feature)
    : ((await client.call("GET", `/api/features/${encodeURIComponent(feature)}`)) as ShownFeature);
  return { json: shown, text: featureText(shown) };
}

async function showInStack(place: FeaturesPlace, feature: string): Promise<ShownFeature> {
  const parts = await partsOf(place);
  return showFeature(parts, {}, feature, parts.deployment.region);
}

/** Fills the state of a stream from its past. */
export async function backfill(
  client: Client,
  stream: string,
  { from, until, ...place }: BackfillCommand,
  onProgress: (line: string) => void,
) {
  const times = {
    ...(from !== undefined && { fromMs: instantOf(from, "--from") }),
    ...(until !== undefined && { untilMs: instantOf(until, "--until") }),
  };
  const done = place.stack
    ? await backfillStack(stream, times, place, onProgress)
    : ((await client.call("POST", `/api/streams/${encodeURIComponent(stream)}/backfills`, {
        ...times,
        by: "cli",
      })) as Backfilled);
  const { added, duplicates, tooLate, events, completeFrom } = done;
  const text = `${stream}: ${events} events of the past, ${added} added, ${duplicates} were there, ${tooLate} too late; complete from ${completeFrom}`;
  return { json: done, text };
}

async function backfillStack(
  stream: string,
  times: { readonly fromMs?: number; readonly untilMs?: number },
  place: FeaturesPlace,
  onProgress: (line: string) => void,
): Promise<Backfilled> {
  const parts = await partsOf(place);
  const features = dynamodbFeatureStore({
    client: parts.deployment.clients.documents,
    table: outputOf(parts.deployment, "FeatureTableName"),
    clock: Date.now,
    newId: () => crypto.randomUUID(),
  });
  return backfillStream(
    {
      ...parts,
      features,
      duckdb: { workDirectory: tmpdir() },
      clock: Date.now,
      change: { by: "cli", why: "backfill of the features" },
      onProgress: (done, of) => onProgress(`${done} of ${of} events`),
    },
    { stream, ...times },
  );
}

async function partsOf({ stack = "", region }: FeaturesPlace) {
  const deployment = await describeDeployment(stack, region);
  return { deployment, store: deployedStore(deployment), registry: deployedRegistry(deployment) };
}

function instantOf(text: string, option: string): number {
  const instant = Date.parse(text);
  if (!Number.isNaN(instant)) return instant;
  throw new RefusedError(
    `${option} is ISO 8601, such as 2026-01-31T12:00:00Z, got ${JSON.stringify(text)}`,
  );
}
