import { canonicalJson } from "../../core/canonical-json.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { sha256 } from "../sha256.ts";

/**
 * Loads registered definitions of streams from the store.
 *
 * The function returned throws NotFoundError where nothing is stored, and IntegrityError where what is
 * stored has another digest.
 */
export function streamLoader(store: Pick<ObjectStore, "get">) {
  return async (stream: string, digest: string): Promise<StreamDefinition> => {
    const bytes = await store.get(storageKeys.streamDefinition(stream, digest));
    const definition = storedJson(bytes, `definition ${digest} of stream ${stream}`);
    const found = sha256(canonicalJson(definition));
    if (found === digest) return definition as StreamDefinition;
    throw new IntegrityError(
      `definition ${digest} of stream ${stream} has digest ${found} in the store`,
    );
  };
}
