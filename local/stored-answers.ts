import { z } from "zod";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { DriftReport } from "../core/drift/drift-report.ts";
import { parseDriftReport } from "../core/drift/parse-drift-report.ts";
import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { shownValue } from "../core/shown-value.ts";
import { storageKeys } from "../core/storage-keys.ts";
import { storedJson } from "../core/stored-json.ts";

export interface StoredAnswersDeps {
  readonly registry: Pick<Registry, "model">;
  readonly store: Pick<ObjectStore, "get" | "list">;
}

const digestText = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A model's definition as data.
 *
 * @param digest of the definition; that which new runs use if absent
 * @throws {InvalidInputError} if the digest is none. @throws {NotFoundError}
 */
export async function definitionOf(
  { registry, store }: StoredAnswersDeps,
  model: string,
  digest: string | undefined,
): Promise<StoredDefinition> {
  const { definitionDigest } = await registry.model(model);
  const parsed = digestText.safeParse(digest ?? definitionDigest);
  if (!parsed.success) {
    throw new InvalidInputError(`digest must be a sha-256 in hex, got ${shownValue(digest)}`);
  }
  const bytes = await store.get(storageKeys.definition(model, parsed.data));
  return storedJson(bytes, `definition ${parsed.data} of ${model}`) as StoredDefinition;
}

/** The report of the drift check that was started last. @throws {NotFoundError} */
export async function lastDriftReport(
  { registry, store }: StoredAnswersDeps,
  model: string,
): Promise<DriftReport> {
  await registry.model(model);
  // keys begin with the start of their execution, so the last one in their order is the newest
  let last: string | undefined;
  for await (const { key } of store.list(`reports/${model}/drift/`)) last = key;
  if (last === undefined) throw new NotFoundError(`${model} has no drift report yet`);
  return parseDriftReport(await store.get(last));
}
