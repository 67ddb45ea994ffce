import type { DuckDBConnection } from "@duckdb/node-api";
import { type ContractColumn, keyColumns } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { rulesOf } from "../../core/definition/quality-rules.ts";
import {
  type FieldCheck,
  qualityOf,
  type RowAction,
} from "../../core/definition/quality-schema.ts";
import { judge } from "../../core/quality/judge.ts";
import type { Finding } from "../../core/quality/quality-report.ts";
import { hasFlags } from "../../core/quality/row-checks.ts";
import { fieldSql } from "../dataset/field-rules.ts";
import { type CheckedRows, quarantined } from "../dataset/quarantine.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { queryRows } from "../duckdb/query.ts";
import { IN_SPLIT } from "./in-split.ts";
import { BROKEN_RULE } from "./row-rules.ts";

/** Findings about single rows, and how often each reason was given. */
export interface ContractFindings {
  readonly findings: readonly Finding[];
  /** Reasons of rules that fail the run, as rows have them. */
  readonly failing: readonly string[];
}

interface Part {
  readonly rule: string;
  readonly check: "contract" | "sql";
  readonly action: RowAction;
  /** What a row that breaks it is told. */
  readonly reasons: readonly string[];
  /** Largest share of rows; no row may where absent. */
  readonly maxShare?: number;
}

/** Judges every part of the contract and every rule in SQL by the rows that break it. */
export async function contractFindings(
  connection: DuckDBConnection,
  request: {
    readonly definition: StoredDefinition;
    readonly columns: readonly ContractColumn[];
    readonly rows: CheckedRows;
  },
): Promise<ContractFindings> {
  const { definition, columns, rows } = request;
  const counts = await reasonCounts(connection, definition, rows);
  const parts = [
    ...columns.flatMap((column) => partsOf(definition, column)),
    ...sqlParts(definition),
  ];
  const countOf = (reasons: readonly string[]) =>
    reasons.reduce((sum, reason) => sum + (counts.get(reason) ?? 0), 0);
  const judged = parts.map((part) => ({
    part,
    finding: judgePart(part, countOf(part.reasons), rows.read),
  }));
  const known = new Set(parts.flatMap(({ reasons }) => reasons));
  const others = [...counts.keys()].filter((reason) => !known.has(reason));
  return {
    findings: [
      ...judged.map(({ finding }) => finding),
      judgePart(
        { rule: "computed", check: "contract", action: "quarantine", reasons: others },
        countOf(others),
        rows.read,
      ),
    ],
    failing: judged.flatMap(({ part, finding }) =>
      finding.verdict === "failed" ? part.reasons : [],
    ),
  };
}

function judgePart({ rule, check, action, maxShare }: Part, count: number, read: number): Finding {
  const found = { rule, check, action, rows: count };
  if (maxShare === undefined || action === "quarantine") return judge({ ...found, max: 0 }, count);
  return judge({ ...found, max: maxShare, detail: "share of rows" }, count / read);
}

/** The parts of a field's contract that values can break, whatever type the source has. */
function partsOf(definition: StoredDefinition, column: ContractColumn): readonly Part[] {
  const actions = qualityOf(definition).fields[column.name] ?? {};
  const isKey = keyColumns(definition).includes(column.name);
  const reasons = new Map<FieldCheck, string[]>();
  for (const [, reason, check] of fieldSql(column, "VARCHAR").rules) {
    reasons.set(check, [...(reasons.get(check) ?? []), `${column.name}: ${reason}`]);
  }
  return [...reasons].map(([check, told]): Part => {
    const wanted = actions[check] ?? "quarantine";
    const cannotKeep = isKey && check === "required" && wanted === "warn";
    const action = cannotKeep ? "quarantine" : wanted;
    return { rule: `${column.name}.${check}`, check: "contract", action, reasons: told };
  });
}

const sqlParts = (definition: StoredDefinition): readonly Part[] =>
  rulesOf(definition, "sql").map(({ name, action, maxShare }) => ({
    rule: name,
    check: "sql",
    action,
    maxShare,
    reasons: [`${name}: ${BROKEN_RULE}`],
  }));

/** How many rows were told each reason, those that were kept all the same among them. */
async function reasonCounts(
  connection: DuckDBConnection,
  definition: StoredDefinition,
  rows: CheckedRows,
): Promise<ReadonlyMap<string, number>> {
  const told = [
    ...(rows.quarantinePaths.length === 0
      ? []
      : [`SELECT __reason AS told FROM ${quarantined(rows)}`]),
    ...(hasFlags(definition)
      ? [`SELECT __flags AS told FROM ${STAGED} WHERE ${IN_SPLIT} AND __flags IS NOT NULL`]
      : []),
  ];
  if (told.length === 0) return new Map();
  const counts = await queryRows(
    connection,
    `SELECT reason, count(*) FROM (SELECT unnest(string_split(told, '; ')) AS reason FROM (${told.join(" UNION ALL ")})) GROUP BY 1 ORDER BY 1`,
  );
  return new Map(counts.map(([reason, count]) => [String(reason), Number(count)]));
}
