import { canonicalJson } from "../../core/canonical-json.ts";
import type { StreamRows } from "../../core/dataset/lineage.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { ConflictError, DataContractError } from "../../core/errors.ts";
import {
  overallVerdict,
  type QualityReport,
  type ReadEvents,
} from "../../core/quality/quality-report.ts";
import { failureWords } from "../../core/quality/report-text.ts";
import type { PrepareOutput } from "../../core/run/messages.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import type { CheckedRows } from "../dataset/quarantine.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { type JudgedRows, judgeRows } from "./judge-rows.ts";

/** What a preparation has to ask while its data is judged. */
export interface QualityRun {
  /**
   * Judges the staged rows by every rule, once they are all there, and covers the table with what is
   * left of them: without rows that are one too many, and of the training split what is sampled.
   *
   * @returns the rows, with those that a rule has quarantined among the broken ones
   */
  judge(duckdb: Duckdb, rows: CheckedRows): Promise<CheckedRows>;
  /** @throws {DataContractError} if a rule says that the run fails. */
  mustNotFail(): void;
}

/**
 * Prepares a dataset and stores a report of what its data is like, whether that comes to a good end or
 * to a broken contract. A retry finds the report of the first try.
 *
 * @throws what `prepare` throws
 */
export async function reportingQuality(
  request: PrepareRequest,
  prepare: (quality: QualityRun) => Promise<Omit<PrepareOutput, "quality">>,
): Promise<PrepareOutput> {
  let judged: JudgedRows | undefined;
  const run: QualityRun = {
    async judge(duckdb, rows) {
      judged = await judgeRows(duckdb, request, rows);
      return judged.rows;
    },
    mustNotFail() {
      const { findings = [] } = judged ?? {};
      if (overallVerdict(findings) === "failed") {
        throw new DataContractError(failureWords(findings, keyOf(request)));
      }
    },
  };
  try {
    const output = await prepare(run);
    const { datasetDigest, rows } = output;
    const report = reportOf(request, judged, { datasetDigest, rows });
    await store(request, report);
    const broken = report.findings.filter(({ verdict }) => verdict === "warned").length;
    const { verdict } = report;
    return { ...output, quality: { verdict, broken, reportKey: keyOf(request) } };
  } catch (error) {
    if (!(error instanceof Error && error.name === DataContractError.name)) throw error;
    await store(request, reportOf(request, judged, { error: error.message }));
    throw error;
  }
}

const keyOf = ({ loaded, runId }: PrepareRequest) =>
  storageKeys.quality(loaded.definition.name, runId);

function reportOf(
  { loaded: { definition }, runId, startedAt, last }: PrepareRequest,
  judged: JudgedRows | undefined,
  outcome: Pick<QualityReport, "datasetDigest" | "error"> & {
    readonly rows?: QualityReport["rows"];
  },
): QualityReport {
  const { findings = [], worst = [], source = { columns: {} } } = judged ?? {};
  const { read = 0, broken = 0 } = judged?.rows ?? {};
  const { datasetDigest, error, rows = { read, quarantined: broken } } = outcome;
  return {
    format: 1,
    model: definition.name,
    runId,
    owner: definition.owner,
    ...(startedAt !== undefined && { at: startedAt }),
    verdict: error === undefined ? overallVerdict(findings) : "failed",
    ...(datasetDigest !== undefined && { datasetDigest }),
    ...(last && { last }),
    rows,
    findings,
    source,
    ...eventsOf(judged?.rows.events, storageKeys.brokenEvents(definition.name, runId)),
    worst,
    ...(error !== undefined && { error }),
  };
}

function eventsOf(
  events: CheckedRows["events"],
  key: string,
): { readonly events?: readonly ReadEvents[] } {
  if (events === undefined) return {};
  const of = ({ stream, objects, broken }: StreamRows): ReadEvents => ({
    ...{ stream, objects: objects.length, quarantined: broken },
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
    ...(broken > 0 && { quarantine: `${key}-${stream}.parquet` }),
  });
  return { events: events.map(of) };
}

/** Two tries of one run differ in nothing that matters: the first one's report is kept. */
async function store(request: PrepareRequest, report: QualityReport): Promise<void> {
  try {
    await request.store.put(keyOf(request), canonicalJson(report));
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
