import type { Clock } from "../ports/clock.ts";
import type { FeatureItemKey, FeatureItems } from "./feature-items.ts";

/** What a store of features is made of. */
export interface FeatureStoreDeps {
  readonly items: FeatureItems;
  readonly clock: Clock;
  /** Gives an id that no other call gives, in this process or elsewhere, such as a ULID. */
  readonly newId: () => string;
  /** 64 evenly spread bits of an event's id. */
  readonly idHash: (id: string) => bigint;
  /** Text of at most 100 characters that no other text gives, such as a SHA-256. */
  readonly digest: (text: string) => string;
  /** Waits before an entity that another writer changed is changed again. */
  readonly pause: (attempt: number) => Promise<void>;
  /**
   * Events of the states that a writer keeps in memory as it wrote them, so that it need not read them
   * before it writes again. For a writer that is alone: where there are more, they are in each other's way.
   *
   * @default 0: every state is read before it is written
   */
  readonly rememberedEvents?: number;
}

// A partition key has at most 2,048 bytes. Source: "Quotas in Amazon DynamoDB", developer guide. A UTF-16
// code unit has at most 3 bytes, and the names before the key have less than 350.
const LONGEST_KEY = 500;

/** Partition of all items of an entity. A long key is there as its digest. */
export function entityPartition(
  stream: string,
  kind: string,
  key: string,
  digest: FeatureStoreDeps["digest"],
): string {
  const text = key.length <= LONGEST_KEY ? key : `sha256:${digest(key)}`;
  return `ENTITY#${stream}#${kind}#${text}`;
}

export const headKey = (partition: string): FeatureItemKey => ({ partition, sort: "HEAD" });

export const tileKey = (partition: string, id: string): FeatureItemKey => ({
  partition,
  sort: `TILE#${id}`,
});
