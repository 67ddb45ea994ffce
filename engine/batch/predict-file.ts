import type { PredictFile, PredictFileRequest } from "../../core/batch/predict-file.ts";
import {
  type PredictedFile,
  predictedFileSchema,
  type UselessFile,
} from "../../core/batch/stored.ts";
import { storedIfAny } from "../../core/batch/stored-if-any.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { servedAggregates } from "../../core/definition/served-features.ts";
import { ConflictError, DataContractError } from "../../core/errors.ts";
import type { LoadedVersion, LoadVersion } from "../../core/inference/loaded-version.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ObjectIdentity, ObjectStore } from "../../core/ports/object-store.ts";
import { batchFiles, storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { loadCode } from "../definition/load-code.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { rowAggregates } from "../features/row-aggregates.ts";
import { readChecked } from "../read-checked.ts";
import { checkBatchFile } from "./check-batch.ts";
import { scoreRows } from "./score-rows.ts";
import { writeRejected, writeScores } from "./write-results.ts";

export interface FilePredictorDeps {
  readonly loadVersion: LoadVersion;
  readonly duckdb: DuckdbOptions;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow. */
  readonly stopwatch: () => number;
}

/**
 * Predicts files with DuckDB and ONNX Runtime. The same file and version give the same bytes, so that
 * a child that was lost half-way stands in nobody's way; the report of the file comes last.
 */
export function filePredictor(deps: FilePredictorDeps): PredictFile {
  return async (request) => {
    const { store, model, name, file, version } = request;
    const key = `${storageKeys.batch(model, name)}/${batchFiles.done}${file}.json`;
    const input = await store.identify(request.key);
    if (input === undefined) return useless(request, "NotFoundError", "is not there any more");
    const known = await storedReport(store, key);
    if (known && isOf(known, input) && known.version === version) return known;
    if (known) return useless(request, "ConflictError", replacement(known, input));
    const lent = await deps.loadVersion(model, version);
    try {
      const report = await predict(deps, { ...request, input }, lent);
      return await storeReport(store, key, report);
    } catch (error) {
      if (!(error instanceof DataContractError)) throw error;
      return { file, error: { name: error.name, message: error.message } };
    } finally {
      await lent.release();
    }
  };
}

const useless = ({ file }: PredictFileRequest, name: string, what: string): UselessFile => ({
  file,
  error: { name, message: `input file ${file} ${what}` },
});

/** Whether a report is of the bytes that lie there now. */
const isOf = ({ etag, sizeBytes }: PredictedFile, input: ObjectIdentity): boolean =>
  sizeBytes === input.sizeBytes && (etag === undefined || etag === input.etag);

function replacement(known: PredictedFile, input: ObjectIdentity): string {
  const changed =
    known.sizeBytes === input.sizeBytes
      ? "has others of the same number now"
      : `has ${input.sizeBytes} now`;
  return `was predicted when it had ${known.sizeBytes} bytes, and ${changed}; store the other one in a batch of another name`;
}

async function predict(
  { duckdb: options, clock, stopwatch }: FilePredictorDeps,
  request: PredictFileRequest & { readonly input: ObjectIdentity },
  version: LoadedVersion,
): Promise<PredictedFile> {
  const { store, model, name, file, input } = request;
  const { sizeBytes, etag } = input;
  const startedAt = stopwatch();
  const folder = storageKeys.batch(model, name);
  const loaded = await ofVersion(store, version);
  const { definition } = loaded;
  const path = await store.localPath(input.key, etag);
  return withDuckdb(options, async (duckdb) => {
    const { connection, connect } = duckdb;
    const {
      columns,
      read,
      rows,
      rejected: broken,
    } = await checkBatchFile(connection, {
      ...{ file, path, loaded },
      aggregates: async (fileRows) => {
        const asked = { store, definition, ...fileRows };
        return (await rowAggregates(duckdb, asked, servedAggregates(definition))).features;
      },
    });
    const { scored, failed } = await scoreRows(connection, await connect(), version);
    const rejected = broken + failed;
    if (rejected > 0) {
      const brokenPath = await writeRejected(duckdb, { columns, read });
      await store.putFile(`${folder}/${batchFiles.rejected(file)}`, brokenPath);
    }
    const scoresPath = await writeScores(duckdb, { definition, version: version.version });
    await store.putFile(`${folder}/${batchFiles.output(file)}`, scoresPath);
    const endedAt = new Date(clock()).toISOString();
    const durationMs = Math.round(stopwatch() - startedAt);
    const counts = { rows, scored, rejected };
    const answeredBy = version.version;
    return { file, sizeBytes, etag, version: answeredBy, ...counts, endedAt, durationMs };
  });
}

/** The version's definition with the row features of its own `code.mjs`. */
async function ofVersion(store: ObjectStore, { definition, manifest }: LoadedVersion) {
  const { model, version, files, definitionDigest: digest } = manifest;
  const wanted = files[versionFiles.code]?.sha256 ?? "";
  const code = await readChecked(
    store,
    `${storageKeys.version(model, version)}/${versionFiles.code}`,
    wanted,
  );
  return { digest, definition, compute: await loadCode(code, wanted) };
}

/** Of two children of one file, both answer the first one's report. */
async function storeReport(
  store: ObjectStore,
  key: string,
  report: PredictedFile,
): Promise<PredictedFile> {
  try {
    await store.put(key, canonicalJson(report));
    return report;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return (await storedReport(store, key)) ?? report;
  }
}

const storedReport = (store: Pick<ObjectStore, "get">, key: string) =>
  storedIfAny(store, key, predictedFileSchema);
