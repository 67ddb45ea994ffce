import { canonicalJson } from "../../core/canonical-json.ts";
import type { DatasetBaseline } from "../../core/dataset/baseline.ts";
import { datasetIdentity } from "../../core/dataset/dataset-identity.ts";
import { datasetShape } from "../../core/dataset/dataset-shape.ts";
import { storedLabels } from "../../core/dataset/label-summary.ts";
import { type Lineage, lineageOf } from "../../core/dataset/lineage.ts";
import type { DatasetManifest, SplitManifest } from "../../core/dataset/manifest.ts";
import type { PrepareDataset, PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import type { SourcePlan } from "../../core/dataset/source-plan.ts";
import type { DatasetStatistics } from "../../core/dataset/statistics.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { ConflictError } from "../../core/errors.ts";
import type { PrepareOutput } from "../../core/run/messages.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { type Duckdb, type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { type QualityRun, reportingQuality } from "../quality/quality-run.ts";
import { sha256 } from "../sha256.ts";
import { checkAnyRows, checkSource } from "./check-source.ts";
import { type FinishedSplit, finishSplits, type Splits } from "./finish-splits.ts";
import { joinStaged } from "./join-staged.ts";
import { planSources } from "./plan-sources.ts";
import { type CheckedRows, checkQuarantineGate, storeQuarantine } from "./quarantine.ts";
import { storeParts } from "./write-parts.ts";

/** Prepares datasets with DuckDB within its memory limit. */
export function datasetPreparer(options: DuckdbOptions = {}): PrepareDataset {
  return (request) => reportingQuality(request, (quality) => prepare(options, request, quality));
}

function prepare(
  options: DuckdbOptions,
  request: PrepareRequest,
  quality: QualityRun,
): Promise<Omit<PrepareOutput, "quality">> {
  return withDuckdb(options, async (duckdb) => {
    const { store, runId, loaded } = request;
    const plan = await planSources({ store, definition: loaded.definition, runId });
    const checked = await checkRows(duckdb, request, plan, quality);
    const { splits, baseline } = await finishSplits(duckdb, loaded.definition, checked);
    const digest = sha256(datasetIdentity(loaded.definition, contentOf(splits)));
    const { train, validation, test } = splits;
    const rows: PrepareOutput["rows"] = {
      read: checked.read,
      train: train.rows,
      validation: validation.rows,
      test: test.rows,
      outside: checked.read - checked.broken - train.rows - validation.rows - test.rows,
      quarantined: checked.broken,
    };
    const run = { model: loaded.definition.name, runId, datasetDigest: digest };
    const lineage = lineageOf(run, plan, checked);
    const reused = !(await storeDataset(request, { digest, splits, baseline, rows, lineage }));
    await putFirst(store, storageKeys.runLineage(run.model, runId), lineage);
    return { datasetDigest: digest, rows, reused };
  });
}

/** Brings every checked row together; broken ones are stored before the gate judges. */
async function checkRows(
  duckdb: Duckdb,
  request: PrepareRequest,
  plan: SourcePlan,
  quality: QualityRun,
): Promise<CheckedRows> {
  const { store, runId, staged = false } = request;
  const { definition } = request.loaded;
  const given = await (staged ? joinStaged : checkSource)(duckdb, request, plan);
  checkAnyRows(plan, given);
  const rows = await quality.judge(duckdb, given);
  const key = storageKeys.quarantine(definition.name, runId);
  await storeQuarantine(duckdb, { store, key, rows });
  await checkQuarantineGate(duckdb, { definition, runId, rows });
  quality.mustNotFail();
  return rows;
}

const contentOf = ({ train, validation, test }: Splits<FinishedSplit>) => {
  const of = ({ rows, content }: FinishedSplit) => ({ rows, contentSha256: content.sha256 });
  return { train: of(train), validation: of(validation), test: of(test) };
};

/** Stores parts and baseline, then the manifest, which says that all is there. @returns false if it was. */
async function storeDataset(
  { store, loaded: { definition } }: PrepareRequest,
  dataset: {
    readonly digest: string;
    readonly splits: Splits<FinishedSplit>;
    readonly baseline: DatasetBaseline;
    readonly rows: PrepareOutput["rows"];
    readonly lineage: Lineage;
  },
): Promise<boolean> {
  const { digest, baseline, rows, lineage } = dataset;
  const { train, validation, test } = dataset.splits;
  const manifestKey = storageKeys.datasetManifest(definition.name, digest);
  if (await store.head(manifestKey)) return false;

  const key = storageKeys.dataset(definition.name, digest);
  const written = async ({ rows, content, parts }: FinishedSplit): Promise<SplitManifest> => ({
    rows,
    ...storedLabels(content.labelSummary),
    contentSha256: content.sha256,
    parts: await storeParts(store, key, parts),
  });
  const splits = {
    train: await written(train),
    validation: await written(validation),
    test: await written(test),
  };
  await store.put(storageKeys.datasetBaseline(definition.name, digest), canonicalJson(baseline));
  const statistics: DatasetStatistics = {
    train: train.content.statistics,
    validation: validation.content.statistics,
    test: test.content.statistics,
  };
  await putFirst(store, storageKeys.datasetStatistics(definition.name, digest), statistics);
  await putFirst(store, storageKeys.datasetLineage(definition.name, digest), lineage);
  const manifest: DatasetManifest = {
    model: definition.name,
    digest,
    ...manifestColumns(definition),
    splits,
    rowsRead: rows.read,
    rowsQuarantined: rows.quarantined,
    rowsOutside: rows.outside,
  };
  return putFirst(store, manifestKey, manifest);
}

/**
 * Stores what another run that made the same rows of another source may have stored otherwise: that
 * one's stays.
 *
 * @returns whether it was not there
 */
async function putFirst(
  store: PrepareRequest["store"],
  key: string,
  value: object,
): Promise<boolean> {
  try {
    return (await store.put(key, canonicalJson(value))).created;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/** What a manifest says of the columns; what is as in every dataset is left out. */
function manifestColumns(
  definition: StoredDefinition,
): Pick<DatasetManifest, "inputs" | "context" | "target" | "task" | "weighted"> {
  const { inputs, context, task, hasWeight } = datasetShape(definition);
  const described = (columns: typeof inputs) => columns.map(({ name, kind }) => ({ name, kind }));
  return {
    inputs: described(inputs),
    ...(context.length > 0 && { context: described(context) }),
    target: definition.target.name,
    ...(task.type !== "binary" && { task: task.type }),
    ...(hasWeight && { weighted: true }),
  };
}
