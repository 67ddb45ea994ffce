import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ulid } from "ulid";
import { documentClient } from "../aws/document-client.ts";
import { dynamodbFeatureStore } from "../aws/dynamodb-features.ts";
import { dynamodbRegistry } from "../aws/dynamodb-registry.ts";
import { dynamodbTokens } from "../aws/dynamodb-tokens.ts";
import type { AccessTokens } from "../core/access/access-token.ts";
import type { FeatureStore } from "../core/features/feature-store.ts";
import { embeddedMetrics } from "../core/observability/embedded-metrics.ts";
import type { EmitMetrics } from "../core/ports/metrics.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { fileObjectStore } from "./file-object-store.ts";
import {
  homePaths,
  LOCAL_FEATURES_TABLE,
  LOCAL_TABLE,
  type LocalEnvironment,
} from "./local-environment.ts";
import { rollingLines } from "./rolling-lines.ts";

/** The ports of core on this machine, made anew in each process from plain settings. */

export const localStore = ({ home }: LocalEnvironment): ObjectStore =>
  fileObjectStore(homePaths.objects(home));

export const localDocumentClient = ({
  dynamodbEndpoint,
}: LocalEnvironment): DynamoDBDocumentClient =>
  documentClient({
    endpoint: dynamodbEndpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

export const localRegistry = (client: DynamoDBDocumentClient): Registry =>
  dynamodbRegistry({ client, table: LOCAL_TABLE, clock: Date.now, newId: ulid });

export const localTokens = (client: DynamoDBDocumentClient): AccessTokens =>
  dynamodbTokens({ client, table: LOCAL_TABLE, clock: Date.now });

/** One thread adds the events that come in, to a server on this machine. */
export const LOCAL_WRITER = { putsOfATransaction: 100, rememberedEvents: 300_000 };

export const localFeatures = (client: DynamoDBDocumentClient): FeatureStore =>
  dynamodbFeatureStore({
    ...{ client, table: LOCAL_FEATURES_TABLE, clock: Date.now, newId: ulid },
    ...LOCAL_WRITER,
  });

/** Metrics as lines of a file, in the form in which Lambda's log takes them. */
export function localMetrics({ home }: LocalEnvironment) {
  const lines = rollingLines(homePaths.metrics(home));
  const emit: EmitMetrics = embeddedMetrics(lines.write, Date.now);
  return { emit, flush: lines.flush, stop: lines.stop };
}
