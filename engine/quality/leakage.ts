import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { qualityOf } from "../../core/definition/quality-schema.ts";
import { judge } from "../../core/quality/judge.ts";
import { leakageScore } from "../../core/quality/leakage-score.ts";
import type { Finding } from "../../core/quality/quality-report.ts";
import { repeatedShare } from "../../core/quality/repeated-rows.ts";
import { laterFeatures } from "../../core/quality/row-checks.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { STAGED_COLUMNS, valueColumn } from "../dataset/staged-columns.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { IN_SPLIT } from "./in-split.ts";

/** Training rows that single inputs are judged on, about. */
const SAMPLE_ROWS = 10_000;
/** Rows among which those that repeat are counted, about. */
const REPEAT_ROWS = 200_000;
/** Inputs that a finding names. */
const NAMED = 10;

const { split, label, eventTime } = STAGED_COLUMNS;

/** Looks for what a model would know in training and not when it is asked. */
export async function leakageFindings(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<readonly Finding[]> {
  if (qualityOf(definition).leakage.action === "ignore") return [];
  return [
    await singleInputs(connection, definition),
    await repeatedRows(connection, definition),
    ...(await laterTimes(connection, definition)),
  ];
}

const rowHash = (definition: StoredDefinition, told: readonly string[] = [label]) =>
  `hash(${[...modelInputs(definition).map(({ name }) => sqlName(name)), ...told].join(", ")})`;

/** Inputs that predict the target on their own. */
async function singleInputs(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<Finding> {
  const { action, minScore } = qualityOf(definition).leakage;
  const inputs = modelInputs(definition);
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${STAGED} WHERE ${split} = 0`);
  const step = Math.max(1, Math.floor(rows / SAMPLE_ROWS));
  const columns = inputs.map(({ name, kind }) =>
    kind === "number"
      ? `CASE WHEN isfinite(${sqlName(name)}) THEN ${sqlName(name)} END`
      : sqlName(name),
  );
  const sample = await queryRows(
    connection,
    `SELECT ${label}::DOUBLE, (__hash // ${step}) % 2, ${columns.join(", ")} FROM (SELECT *, ${rowHash(definition)} AS __hash FROM ${STAGED} WHERE ${split} = 0) WHERE __hash % ${step} = 0`,
  );
  const labels = sample.map(([value]) => Number(value));
  const halves = sample.map(([, half]) => Number(half));
  const scores = inputs.flatMap(({ name }, i) => {
    const values = sample.map((row) => row[i + 2] as number | string | null);
    const score = leakageScore(definition.target.type, { values, labels, halves });
    return score === null ? [] : [{ name, score }];
  });
  scores.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const leaks = scores.filter(({ score }) => score >= minScore);
  const shown = leaks.length === 0 ? scores.slice(0, 1) : leaks.slice(0, NAMED);
  const detail = shown.map(({ name, score }) => `${name} ${score.toPrecision(4)}`).join(", ");
  const found = { rule: "leakage.inputs", check: "leakage", action, max: minScore };
  const finding = judge({ ...found, ...(detail !== "" && { detail }) }, scores[0]?.score ?? null);
  // Of a score the limit itself is too much.
  return leaks.length > 0 && finding.verdict === "passed" ? judgedAt(finding, minScore) : finding;
}

const judgedAt = (finding: Finding, minScore: number): Finding =>
  judge({ ...finding, max: Math.min(minScore, 1) - Number.EPSILON }, finding.value);

/** Rows of the test split that stand in the training split, inputs and label alike. */
async function repeatedRows(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<Finding> {
  const { action, maxDuplicateShare } = qualityOf(definition).leakage;
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${STAGED} WHERE ${IN_SPLIT}`);
  const later = definition.split.by === "time";
  const times = !later && definition.source.eventTime !== undefined;
  const told = times ? [label, eventTime] : [label];
  // By their hash, so that of rows that are equal all are taken or none.
  const step = Math.max(1, Math.floor(rows / REPEAT_ROWS));
  const [counts = []] = await queryRows(
    connection,
    `SELECT coalesce(sum(train), 0), coalesce(sum(train) FILTER (train = 1), 0), coalesce(sum(test), 0), coalesce(sum(test) FILTER (train > 0), 0)
      FROM (SELECT count(*) FILTER (${split} = 0) AS train, count(*) FILTER (${split} = 2) AS test
        FROM (SELECT ${split}, ${rowHash(definition, told)} AS __hash FROM ${STAGED} WHERE ${split} IN (0, 2)) WHERE __hash % ${step} = 0 GROUP BY __hash)`,
  );
  const [train, singles, test, repeated] = counts.map(Number) as [number, number, number, number];
  const found = { rule: "leakage.duplicates", check: "leakage", action };
  const share = repeatedShare({ train, singles, test, repeated }, maxDuplicateShare, {
    later,
    times,
  });
  if (share === null) return judge(found, null);
  const detail = `share of the test split that is in the training split; by chance ${share.byChance.toPrecision(3)}`;
  return judge({ ...found, max: share.max, rows: repeated * step, detail }, share.share);
}

/** Times among the features that are after the row's own. */
async function laterTimes(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<readonly Finding[]> {
  const { action } = qualityOf(definition).leakage;
  const findings: Finding[] = [];
  for (const name of laterFeatures(definition)) {
    const [counts = []] = await queryRows(
      connection,
      `SELECT count(*) FILTER (${valueColumn(name)} > ${eventTime}), count(*) FROM ${STAGED} WHERE ${IN_SPLIT}`,
    );
    const [later, all] = counts.map(Number) as [number, number];
    const detail = `share of rows with ${name} after ${definition.source.eventTime}`;
    const found = { rule: `leakage.time.${name}`, check: "leakage", action, max: 0 };
    findings.push(judge({ ...found, rows: later, detail }, all === 0 ? null : later / all));
  }
  return findings;
}
