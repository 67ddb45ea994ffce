import { canonicalJson } from "../../core/canonical-json.ts";
import { datasetBaseline } from "../../core/dataset/dataset-baseline.ts";
import { datasetIdentity } from "../../core/dataset/dataset-identity.ts";
import type { DatasetManifest, SplitManifest, SplitName } from "../../core/dataset/manifest.ts";
import type { PrepareDataset, PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { ConflictError, DataContractError } from "../../core/errors.ts";
import type { PrepareOutput } from "../../core/run/messages.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { byteLabels } from "../../core/training/training-frame.ts";
import { type Duckdb, type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { sha256 } from "../sha256.ts";
import { checkAnyRows, checkSource } from "./check-source.ts";
import { joinStaged } from "./join-staged.ts";
import { type CheckedRows, checkQuarantineGate, storeQuarantine } from "./quarantine.ts";
import { type SortedSplit, sortSplit } from "./sort-split.ts";
import { STAGED } from "./stage-rows.ts";
import { writeParts } from "./write-parts.ts";

type Splits<T> = Readonly<Record<SplitName, T>>;

/** Prepares datasets with DuckDB within its memory limit. */
export function datasetPreparer(options: DuckdbOptions = {}): PrepareDataset {
  return (request) =>
    withDuckdb(options, async (duckdb) => {
      const checked = await checkRows(duckdb, request);
      const sorted = await sortSplits(duckdb, request);
      const digest = sha256(datasetIdentity(request.loaded.definition, sorted));
      const { train, validation, test } = sorted;
      const rows: PrepareOutput["rows"] = {
        read: checked.read,
        train: train.rows,
        validation: validation.rows,
        test: test.rows,
        outside: checked.read - checked.broken - train.rows - validation.rows - test.rows,
        quarantined: checked.broken,
      };
      const reused = !(await storeDataset(duckdb, request, { digest, sorted, rows }));
      return { datasetDigest: digest, rows, reused };
    });
}

/** Brings every checked row together; broken ones are stored before the gate judges. */
async function checkRows(duckdb: Duckdb, request: PrepareRequest): Promise<CheckedRows> {
  const { store, runId, staged = false } = request;
  const { definition } = request.loaded;
  const rows = await (staged ? joinStaged : checkSource)(duckdb, request);
  checkAnyRows(definition, rows);
  const key = storageKeys.quarantine(definition.name, runId);
  await storeQuarantine(duckdb, { store, key, rows });
  await checkQuarantineGate(duckdb, { definition, runId, rows });
  return rows;
}

async function sortSplits(
  { connection }: Duckdb,
  { loaded: { definition }, staged = false }: PrepareRequest,
): Promise<Splits<SortedSplit>> {
  const inputs = inputsOf(definition);
  const train = await sortSplit(connection, "train", inputs);
  const validation = await sortSplit(connection, "validation", inputs);
  const test = await sortSplit(connection, "test", inputs);
  await connection.run(`DROP ${staged ? "VIEW" : "TABLE"} ${STAGED}`);
  for (const sorted of [train, validation, test]) checkClasses(sorted);
  return { train, validation, test };
}

/** Without rows of both classes nothing can be learnt, and no metric of ranking means anything. */
function checkClasses({ split, rows, frame }: SortedSplit): void {
  if (rows === 0) {
    throw new DataContractError(`the ${split} split has no rows; change split or bring more data`);
  }
  const [first] = frame.labels;
  if (frame.labels.every((label) => label === first)) {
    throw new DataContractError(
      `all ${rows} rows of the ${split} split are of class ${first}; both classes are needed: check target.expression, split and the data`,
    );
  }
}

/** Stores parts and baseline, then the manifest, which says that all is there. @returns false if it was. */
async function storeDataset(
  duckdb: Duckdb,
  { store, loaded: { definition } }: PrepareRequest,
  dataset: {
    readonly digest: string;
    readonly sorted: Splits<SortedSplit>;
    readonly rows: PrepareOutput["rows"];
  },
): Promise<boolean> {
  const { digest, sorted, rows } = dataset;
  const manifestKey = storageKeys.datasetManifest(definition.name, digest);
  if (await store.head(manifestKey)) return false;

  const inputs = inputsOf(definition);
  const target = definition.target.name;
  const key = storageKeys.dataset(definition.name, digest);
  const written = async (split: SortedSplit): Promise<SplitManifest> => ({
    rows: split.rows,
    positives: byteLabels(split.frame.labels).reduce((sum, label) => sum + label, 0),
    contentSha256: split.contentSha256,
    parts: await writeParts(duckdb, { store, key, sorted: split, inputs, target }),
  });
  const splits = {
    train: await written(sorted.train),
    validation: await written(sorted.validation),
    test: await written(sorted.test),
  };
  const baseline = canonicalJson(datasetBaseline(sorted.train.frame));
  await store.put(storageKeys.datasetBaseline(definition.name, digest), baseline);
  const manifest: DatasetManifest = {
    model: definition.name,
    digest,
    inputs,
    target,
    splits,
    rowsRead: rows.read,
    rowsQuarantined: rows.quarantined,
    rowsOutside: rows.outside,
  };
  try {
    return (await store.put(manifestKey, canonicalJson(manifest))).created;
  } catch (error) {
    // Another run finished the same rows first, from a source with other broken ones.
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

const inputsOf = (definition: PrepareRequest["loaded"]["definition"]) =>
  modelInputs(definition).map(({ name, kind }) => ({ name, kind }));
