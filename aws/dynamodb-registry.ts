import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../core/ports/clock.ts";
import type { Registry } from "../core/registry/registry.ts";
import { aliasRecords } from "./registry/alias-records.ts";
import { auditEvents } from "./registry/audit-events.ts";
import { deploymentRecords } from "./registry/deployment-records.ts";
import { modelRecords } from "./registry/model-records.ts";
import { registryItems } from "./registry/registry-items.ts";
import { runRecords } from "./registry/run-records.ts";
import { streamRecords } from "./registry/stream-records.ts";
import { versionRecords } from "./registry/version-records.ts";

export interface DynamodbRegistryOptions {
  /** Made by `documentClient`. */
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly clock: Clock;
  /** Gives an id that no other call gives, in this process or elsewhere, such as a ULID. */
  readonly newId: () => string;
  /**
   * Waits before a transaction that met another one is tried again.
   * @default 2 ms, doubled with each attempt up to 250 ms
   */
  readonly pause?: (attempt: number) => Promise<void>;
}

/**
 * The registry in one DynamoDB table; `ensureTable` says where each record lies.
 *
 * Each change is one `TransactWriteItems` of the record, the conditions under which it was decided
 * and its audit event: all of it happens or none. Reads behind a decision are strongly consistent.
 * Errors of the SDK that mean "later" become `UnavailableError`.
 */
export function dynamodbRegistry(options: DynamodbRegistryOptions): Registry {
  const { client, table, clock, newId, pause } = options;
  const context = { items: registryItems(client, table, pause), clock, newId };
  return {
    ...modelRecords(context),
    ...runRecords(context),
    ...versionRecords(context),
    ...aliasRecords(context),
    ...deploymentRecords(context),
    ...auditEvents(context),
    ...streamRecords(context),
  };
}
