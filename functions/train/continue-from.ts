import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { Candidate } from "../../core/definition/model-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { continuingFault } from "../../core/run/continuing-fault.ts";
import { readVersionFile } from "../../core/run/read-version-file.ts";
import { versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import type { TrainingWork } from "./made-candidate.ts";

export interface ContinuingDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly loadDefinition: LoadDefinition;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** What training begins with. */
export interface Beginning {
  /** State of the version that it goes on from. */
  readonly earlier?: Uint8Array;
  /** What the findings say of it; nothing of a candidate that is to begin anew. */
  readonly summary: {
    readonly continuedFrom?: number | null;
    /** Why it begins anew. */
    readonly continuedNote?: string;
  };
}

/**
 * What a candidate goes on from: the champion's trees if it asks for that and they fit, else nothing.
 *
 * @throws {IntegrityError} if a file of the champion is not what was registered
 */
export async function continueFrom(
  deps: ContinuingDeps,
  { run, definition }: Pick<TrainingWork, "run" | "definition">,
  candidate: Candidate,
): Promise<Beginning> {
  if (candidate.continueFrom === undefined) return { summary: {} };
  const champion = run.continueFrom;
  if (champion === null) return anew("the model has no champion");

  const place = { model: run.model, version: champion.version };
  const { manifest: name, explainer } = versionFiles;
  const bytes = await readVersionFile(deps, place, name, champion.manifestSha256);
  const manifest = storedJson(bytes, name) as VersionManifest;
  const before = await deps.loadDefinition(run.model, manifest.definitionDigest);
  const earlier = { manifest, definition: before.definition };
  const fault = continuingFault(candidate, definition, earlier);
  if (fault !== undefined) return anew(fault);
  return {
    earlier: await readVersionFile(deps, place, explainer, manifest.files[explainer]?.sha256),
    summary: { continuedFrom: champion.version },
  };
}

const anew = (why: string): Beginning => ({
  summary: { continuedFrom: null, continuedNote: `${why}; it was trained from scratch` },
});
