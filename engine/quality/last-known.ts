import type { Profile } from "../../core/dataset/baseline.ts";
import { parseManifest } from "../../core/dataset/manifest.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { NotFoundError } from "../../core/errors.ts";
import { lastProfiles } from "../../core/quality/last-profiles.ts";
import { parseQualityReport } from "../../core/quality/quality-report.ts";
import { storageKeys } from "../../core/storage-keys.ts";

/** What is known of the last dataset; nothing where there is none, or what is missing has been removed. */
export interface LastKnown {
  /** Rows that kept the contract. */
  readonly rows?: number;
  /** Of its inputs, in its training split. */
  readonly profiles?: Readonly<Record<string, Profile>>;
  /** Types of its source's columns. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Reads what a run's data is compared with. @throws {IntegrityError} if a stored file is damaged. */
export async function lastKnown({ store, loaded, last }: PrepareRequest): Promise<LastKnown> {
  if (!last) return {};
  const model = loaded.definition.name;
  const { datasetDigest, runId } = last;
  const manifest = await ifStored(store, storageKeys.datasetManifest(model, datasetDigest));
  const baseline = await ifStored(store, storageKeys.datasetBaseline(model, datasetDigest));
  const report = await ifStored(store, storageKeys.quality(model, runId));
  const known = manifest && parseManifest(manifest, model, datasetDigest);
  const columns = report && parseQualityReport(report, { model, runId }).source.columns;
  return {
    ...(known && { rows: known.rowsRead - known.rowsQuarantined }),
    ...(baseline && { profiles: lastProfiles(baseline) }),
    ...(columns && Object.keys(columns).length > 0 && { columns }),
  };
}

async function ifStored(
  store: Pick<PrepareRequest["store"], "get">,
  key: string,
): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
