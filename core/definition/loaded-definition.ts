import type { ComputeRowFeature, StoredDefinition } from "./model-definition.ts";

/** A stored definition with its code, both checked against the digest. */
export interface LoadedDefinition {
  readonly digest: string;
  readonly definition: StoredDefinition;
  readonly compute: Readonly<Record<string, ComputeRowFeature>>;
}

/** @throws {NotFoundError} @throws {IntegrityError} if stored bytes do not match the digest. */
export type LoadDefinition = (model: string, digest: string) => Promise<LoadedDefinition>;
