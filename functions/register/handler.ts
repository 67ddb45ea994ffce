import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import { ConflictError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { type RegisterOutput, registerInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import type { RunReport } from "../../core/run/run-report.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { readRunArtifacts } from "./run-artifacts.ts";
import { type WriteDeps, writeVersion } from "./write-version.ts";

export interface RegisterDeps extends WriteDeps {
  readonly registry: Pick<Registry, "run" | "reserveVersion" | "registerVersion">;
  readonly store: Pick<ObjectStore, "get" | "put" | "head">;
  readonly loadDefinition: LoadDefinition;
}

/**
 * Makes the run's chosen candidate a version: takes its number, writes its files, the manifest last,
 * and registers it, as rejected if a gate failed. A retry writes the same bytes under the same number.
 */
export const makeHandler =
  (deps: RegisterDeps) =>
  async (event: unknown): Promise<RegisterOutput> => {
    const input = parseMessage(registerInput, event);
    const { model, runId, requestedBy } = input;
    const artifacts = await readRunArtifacts(deps, input);
    const { report } = artifacts;
    checkSameEvaluation(report, input);

    const version = await deps.registry.reserveVersion(model, runId);
    const run = await deps.registry.run(model, runId);
    const manifestKey = `${storageKeys.version(model, version)}/${versionFiles.manifest}`;
    // A manifest stands after every other file: an earlier try got this far.
    if (!(await deps.store.head(manifestKey))) {
      await writeVersion(deps, { ...artifacts, run, version });
    }
    const bytes = await deps.store.get(manifestKey);
    const manifest = storedJson(bytes, manifestKey) as VersionManifest;

    const { datasetDigest, definitionDigest, gitCommit, candidate, family, parameters, metrics } =
      manifest;
    const record = await deps.registry.registerVersion(
      {
        ...{ model, runId, datasetDigest, definitionDigest, gitCommit },
        ...{ candidate, family, parameters, metrics },
        status: report.passed ? "registered" : "rejected",
        reasons: report.reasons,
        manifestSha256: deps.sha256(bytes),
      },
      { by: requestedBy, why: report.passed ? "passed every gate" : report.reasons.join("; ") },
    );
    return { version: record.version, status: record.status };
  };

function checkSameEvaluation(
  report: RunReport,
  input: Pick<RunReport, "model" | "runId" | "datasetDigest" | "definitionDigest" | "passed">,
): void {
  for (const name of ["datasetDigest", "definitionDigest", "passed"] as const) {
    if (report[name] === input[name]) continue;
    throw new ConflictError(
      `run ${input.runId} of ${input.model} was evaluated with ${name} ${report[name]}, not ${input[name]}`,
    );
  }
}
