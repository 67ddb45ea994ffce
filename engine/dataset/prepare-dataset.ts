import { canonicalJson } from "../../core/canonical-json.ts";
import { contractColumns } from "../../core/dataset/contract-columns.ts";
import { datasetBaseline } from "../../core/dataset/dataset-baseline.ts";
import { datasetIdentity } from "../../core/dataset/dataset-identity.ts";
import type { DatasetManifest, SplitManifest, SplitName } from "../../core/dataset/manifest.ts";
import type { PrepareDataset, PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { ConflictError, DataContractError } from "../../core/errors.ts";
import type { PrepareOutput } from "../../core/run/messages.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { type Duckdb, type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { sha256 } from "../sha256.ts";
import { checkQuarantineGate, storeQuarantine } from "./quarantine.ts";
import { rowFeatureFunctions } from "./row-feature-functions.ts";
import { type SortedSplit, sortSplit } from "./sort-split.ts";
import { openSource } from "./source-files.ts";
import { STAGED, type StagedRows, stageRows } from "./stage-rows.ts";
import { targetLabel } from "./target-label.ts";
import { writeParts } from "./write-parts.ts";

type Splits<T> = Readonly<Record<SplitName, T>>;

/** Prepares datasets with DuckDB within its memory limit. */
export function datasetPreparer(options: DuckdbOptions = {}): PrepareDataset {
  return (request) =>
    withDuckdb(options, async (duckdb) => {
      const staged = await checkSource(duckdb, request);
      const sorted = await sortSplits(duckdb, request);
      const digest = sha256(datasetIdentity(request.loaded.definition, sorted));
      const { train, validation, test } = sorted;
      const rows: PrepareOutput["rows"] = {
        read: staged.read,
        train: train.rows,
        validation: validation.rows,
        test: test.rows,
        outside: staged.read - staged.broken - train.rows - validation.rows - test.rows,
        quarantined: staged.broken,
      };
      const reused = !(await storeDataset(duckdb, request, { digest, sorted, rows }));
      return { datasetDigest: digest, rows, reused };
    });
}

/** Reads and checks every row into the staged table; broken rows are stored before the gate judges. */
async function checkSource(
  duckdb: Duckdb,
  { store, loaded, runId }: PrepareRequest,
): Promise<StagedRows> {
  const { connection } = duckdb;
  const { definition } = loaded;
  const columns = contractColumns(definition);
  const label = await targetLabel(connection, definition.target, columns);
  const source = await openSource(connection, { store, definition, columns });
  const checks = {
    columns,
    types: source.types,
    target: { name: definition.target.name, label },
    features: rowFeatureFunctions(connection, loaded),
  };
  const staged = await stageRows(connection, { definition, source, checks });
  if (staged.read === 0) {
    const files = definition.source.files.map(({ name }) => name).join(", ");
    throw new DataContractError(`source ${files} has no rows; store it with its rows`);
  }
  if (staged.broken > 0) {
    const key = storageKeys.quarantine(definition.name, runId);
    await storeQuarantine(duckdb, { store, key, source, checks });
  }
  checkQuarantineGate(definition, runId, staged);
  return staged;
}

async function sortSplits(
  { connection }: Duckdb,
  { loaded: { definition } }: PrepareRequest,
): Promise<Splits<SortedSplit>> {
  const inputs = inputsOf(definition);
  const train = await sortSplit(connection, "train", inputs);
  const validation = await sortSplit(connection, "validation", inputs);
  const test = await sortSplit(connection, "test", inputs);
  await connection.run(`DROP TABLE ${STAGED}`);
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
    positives: split.frame.labels.reduce((sum, label) => sum + label, 0),
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
