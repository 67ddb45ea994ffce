import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { qualityOf } from "../../core/definition/quality-schema.ts";
import { judge } from "../../core/quality/judge.ts";
import type { Finding, QualityReport, WorstRow } from "../../core/quality/quality-report.ts";
import { changeWords, sourceChanges } from "../../core/quality/source-changes.ts";
import type { CheckedRows } from "../dataset/quarantine.ts";
import { sampleTrain } from "../dataset/sample-train.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { contractFindings } from "./contract-findings.ts";
import { datasetFindings } from "./dataset-findings.ts";
import { type LastKnown, lastKnown } from "./last-known.ts";
import { leakageFindings } from "./leakage.ts";
import { uniqueRows } from "./unique-rows.ts";
import { worstRows } from "./worst-rows.ts";

/** The rows of a run's source, and what they are like. */
export interface JudgedRows {
  readonly rows: CheckedRows;
  readonly findings: readonly Finding[];
  readonly worst: readonly WorstRow[];
  readonly source: QualityReport["source"];
}

/**
 * Judges the staged rows by every rule of the definition. Rows that are one too many are taken out, and
 * of the training split what is not sampled, before anything is told of the rows together.
 */
export async function judgeRows(
  duckdb: Duckdb,
  request: PrepareRequest,
  given: CheckedRows,
): Promise<JudgedRows> {
  const { connection } = duckdb;
  const { definition } = request.loaded;
  const columns = contractColumns(definition);
  const names = columns.map(({ name }) => name);
  const unique = await uniqueRows(duckdb, definition, names);
  const checked: CheckedRows = {
    ...given,
    broken: given.broken + unique.removed,
    quarantinePaths: [...given.quarantinePaths, ...unique.paths],
  };
  const contract = await contractFindings(connection, { definition, columns, rows: checked });
  const rows = { ...checked, sampled: await sampleTrain(duckdb, definition) };
  const last = await lastKnown(request);
  const source = sourceOf(given, last);
  return {
    rows,
    findings: [
      quarantineFinding(request, rows),
      ...contract.findings,
      ...unique.findings,
      ...(await datasetFindings(connection, { request, columns, rows, last })),
      ...columnFindings(request, source),
      ...(await leakageFindings(connection, definition)),
    ],
    worst: await worstRows(connection, {
      definition,
      columns: names,
      rows,
      failing: contract.failing,
    }),
    source,
  };
}

function quarantineFinding({ loaded }: PrepareRequest, { read, broken }: CheckedRows): Finding {
  const max = loaded.definition.gates.maxQuarantineShare;
  const found = { rule: "gates.maxQuarantineShare", check: "contract", max, rows: broken };
  return judge({ ...found, action: "fail" }, broken / read);
}

function sourceOf({ types = {} }: CheckedRows, { columns }: LastKnown): QualityReport["source"] {
  const isKnown = columns !== undefined && Object.keys(types).length > 0;
  return { columns: types, ...(isKnown && { changes: sourceChanges(columns, types) }) };
}

/** What became of the source's columns since the last dataset. */
function columnFindings(
  { loaded }: PrepareRequest,
  { changes }: QualityReport["source"],
): readonly Finding[] {
  const { columns: action } = qualityOf(loaded.definition);
  if (!changes || action === "ignore") return [];
  const words = changeWords(changes);
  const found = { rule: "source.columns", check: "columns", action, max: 0 };
  return [judge({ ...found, ...(words.length > 0 && { detail: words.join(", ") }) }, words.length)];
}
