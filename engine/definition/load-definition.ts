import { definitionDigestText } from "../../core/definition/definition-digest.ts";
import type { LoadDefinition, LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { sha256 } from "../sha256.ts";
import { loadCode } from "./load-code.ts";

/** Loads definitions from the store; each is immutable, so it is read once, whoever asks meanwhile, and kept. */
export function definitionLoader(store: ObjectStore): LoadDefinition {
  const kept = new Map<string, Promise<LoadedDefinition>>();

  return async (model, digest) => {
    const known = kept.get(digest);
    if (known) return known;
    const loading = read(store, model, digest);
    kept.set(digest, loading);
    // what could not be read is read again when it is asked for again
    loading.catch(() => kept.delete(digest));
    return loading;
  };
}

async function read(store: ObjectStore, model: string, digest: string): Promise<LoadedDefinition> {
  const [json, code] = await Promise.all([
    store.get(storageKeys.definition(model, digest)),
    store.get(storageKeys.definitionCode(model, digest)),
  ]);
  const definition = storedJson(json, `definition ${digest} of ${model}`) as StoredDefinition;
  const codeSha256 = sha256(code);
  const found = sha256(definitionDigestText(definition, codeSha256));
  if (found !== digest) {
    throw new IntegrityError(`definition ${digest} of ${model} has digest ${found} in the store`);
  }
  return { digest, definition, compute: await loadCode(code, codeSha256) };
}
