import { IntegrityError } from "../errors.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { candidateFiles, storageKeys } from "../storage-keys.ts";

/**
 * One candidate's graph as training stored it.
 *
 * @throws {IntegrityError} if it is not what training wrote.
 */
export async function readCandidateGraph(
  deps: {
    readonly store: Pick<ObjectStore, "get">;
    readonly sha256: (bytes: Uint8Array) => string;
  },
  run: { readonly model: string; readonly runId: string },
  { index, graphSha256 }: { readonly index: number; readonly graphSha256: string },
): Promise<Uint8Array> {
  const key = `${storageKeys.candidate(run.model, run.runId, index)}/${candidateFiles.graph}`;
  const graph = await deps.store.get(key);
  const found = deps.sha256(graph);
  if (found === graphSha256) return graph;
  throw new IntegrityError(`${key} has sha-256 ${found}, not ${graphSha256}; it is damaged`);
}
