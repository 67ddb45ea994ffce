import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { FeatureStore } from "../core/features/feature-store.ts";
import { keyedFeatureStore } from "../core/features/keyed-feature-store.ts";
import type { Clock } from "../core/ports/clock.ts";
import { dynamodbFeatureItems } from "./features/feature-items.ts";

export interface DynamodbFeatureStoreOptions {
  /** Made by `documentClient`. */
  readonly client: DynamoDBDocumentClient;
  /** Of the shape of `ensureFeatureTable`. */
  readonly table: string;
  readonly clock: Clock;
  /** Gives an id that no other call gives, in this process or elsewhere, such as a ULID. */
  readonly newId: () => string;
  /**
   * Entities that are written in one transaction, at most 100. On AWS a write in a transaction is billed
   * twice, and more functions write more; a server on one machine takes several times as many events so.
   *
   * @default 1: no transactions
   */
  readonly putsOfATransaction?: number;
  /**
   * Events of states, about 150 bytes each, that a writer keeps in memory and so need not read before it
   * writes them again: for a writer that is alone.
   *
   * @default 0: none
   */
  readonly rememberedEvents?: number;
  /**
   * Waits before an entity that another writer has changed is changed again.
   * @default a random time up to 2 ms, doubled with each attempt up to 250 ms
   */
  readonly pause?: (attempt: number) => Promise<void>;
}

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 250;

const backOff = (attempt: number): Promise<void> =>
  wait(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));

/**
 * The state of entities in one DynamoDB table; `ensureFeatureTable` says where each item lies and
 * `keyedFeatureStore` how it is used. Errors of the SDK that mean "later" become `UnavailableError`.
 */
export function dynamodbFeatureStore(options: DynamodbFeatureStoreOptions): FeatureStore {
  const { client, table, clock, newId, pause = backOff, putsOfATransaction = 1 } = options;
  const { rememberedEvents = 0 } = options;
  const items = dynamodbFeatureItems({ client, table, newId, pause, putsOfATransaction });
  return keyedFeatureStore({ items, clock, newId, pause, idHash, digest, rememberedEvents });
}

const digest = (text: string): string => hash("sha256", text);

/** The first 64 bits of the SHA-256. */
const idHash = (id: string): bigint => BigInt(`0x${digest(id).slice(0, 16)}`);
