import { type DuckDBConnection, DuckDBDataChunk, FLOAT, UTINYINT, VARCHAR } from "@duckdb/node-api";
import type { Row, StoredDefinition } from "../../core/definition/model-definition.ts";
import { type ModelInput, modelInputs } from "../../core/definition/model-inputs.ts";
import { taskOf } from "../../core/definition/task.ts";
import type { LoadedVersion } from "../../core/inference/loaded-version.ts";
import { type OutputColumn, outputColumns } from "../../core/inference/output-columns.ts";
import type { Scores } from "../../core/inference/scorer.ts";
import type { RoutineAnswer } from "../../core/routines/checked-answer.ts";
import { vectorNumbers } from "../dataset/vector-numbers.ts";
import { queryChunks, queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { CHECKED, fieldName, inputName, postprocessColumns } from "./check-batch.ts";
import { DISTINCT, DISTINCT_SCORES, spreadScores, takeDistinct } from "./distinct-rows.ts";
import { type ScoredPart, scoreEach } from "./score-each.ts";

/**
 * Table of a task's output columns and `__failure`, a row for each row that keeps the contract, in their
 * order. A row that the graph gives no answer for has a failure, and whatever stands beside it.
 */
export const SCORES = "scores";

/** Rows of one call of the graph: 4 of DuckDB's chunks. More is no quicker. */
const BATCH_ROWS = 8_192;
const CHUNK_ROWS = 2_048;

/**
 * Scores every row that keeps the contract, a batch at a time.
 *
 * @param reading connection that the rows are streamed from
 * @param writing another one of the same database: a stream ends at its connection's next query
 * @returns number of rows scored, and of rows that the graph gives no answer for
 */
export async function scoreRows(
  reading: DuckDBConnection,
  writing: DuckDBConnection,
  version: Pick<LoadedVersion, "definition" | "score" | "postprocess">,
): Promise<{ readonly scored: number; readonly failed: number }> {
  const inputs = modelInputs(version.definition);
  const columns = resultColumns(version.definition);
  const fields = postprocessColumns(version.definition);
  const declared = columns.map(({ name, type }) => `${sqlName(name)} ${COLUMN_TYPES[type]}`);
  const inputNames = inputs.map((_input, i) => inputName(i));
  // a routine sees more of a row than its inputs
  const isDistinct = version.postprocess === undefined && (await takeDistinct(reading, inputNames));
  const table = isDistinct ? DISTINCT_SCORES : SCORES;
  await writing.run(`CREATE TABLE ${table} (${declared.join(", ")}, __failure VARCHAR)`);
  const appender = await writing.createAppender(table);
  const names = [...inputNames, ...fields.map((_field, i) => fieldName(i))].join(", ");
  const sql = isDistinct
    ? `SELECT ${names} FROM ${DISTINCT}`
    : `SELECT ${names} FROM ${CHECKED.rows} WHERE __reason IS NULL`;

  const batch = newBatch(inputs);
  const seen = seenRows(fields, inputs.length);
  const flush = async () => {
    const asked = batch.rows;
    if (asked === 0) return;
    const rows = seen.take();
    let at = 0;
    for (const part of await scoreEach(version, batch.take(), asked)) {
      const answered = answeredOf(version, part, rows.slice(at, at + part.scores.length));
      for (const chunk of chunksOf(columns, answered)) appender.appendDataChunk(chunk);
      at += part.scores.length;
    }
  };
  for await (const chunk of queryChunks(reading, sql)) {
    if (batch.rows + chunk.rowCount > BATCH_ROWS) await flush();
    batch.add(chunk);
    seen.add(chunk);
  }
  await flush();
  appender.closeSync();
  if (isDistinct) await writing.run(`CREATE TABLE ${SCORES} AS ${spreadScores(inputNames)}`);
  const failed = await queryNumber(writing, `SELECT count(__failure) FROM ${SCORES}`);
  return {
    scored: (await queryNumber(writing, `SELECT count(*) FROM ${SCORES}`)) - failed,
    failed,
  };
}

/** Columns of the results: the task's and, where there is the routine `postprocess`, what it made. */
export const resultColumns = ({
  target,
  routines,
}: Pick<StoredDefinition, "target" | "routines">): readonly ResultColumn[] => [
  ...outputColumns(taskOf(target)),
  ...(routines?.includes("postprocess") ? TOLD : []),
];

type ResultColumn = OutputColumn | (typeof TOLD)[number];

/** The rule that made the answer, and all that a caller would be told, as JSON. */
const TOLD = [
  { name: "rule", type: "told" },
  { name: "answer", type: "told" },
] as const;

interface Answered {
  readonly scores: Scores;
  readonly answers?: readonly RoutineAnswer[];
  readonly failure?: string;
}

/** What the routine makes of scores; it sees no row that has none. */
function answeredOf(
  { postprocess }: Pick<LoadedVersion, "postprocess">,
  { failure, ...scores }: ScoredPart,
  rows: readonly Row[],
): Answered {
  if (failure !== undefined) return { scores, failure };
  return postprocess?.(scores, rows) ?? { scores };
}

/** Rows as the routine sees them, taken from the columns behind the inputs. */
function seenRows(fields: readonly string[], first: number) {
  let rows: Record<string, Row[string]>[] = [];
  return {
    add(chunk: DuckDBDataChunk): void {
      if (fields.length === 0) return;
      const vectors = fields.map((name, i) => ({ name, vector: chunk.getColumnVector(first + i) }));
      for (let at = 0; at < chunk.rowCount; at += 1) {
        const row: Record<string, Row[string]> = {};
        for (const { name, vector } of vectors) row[name] = vector.getItem(at) as Row[string];
        rows.push(row);
      }
    },
    take(): readonly Row[] {
      const taken = rows;
      rows = [];
      return taken;
    },
  };
}

/** Columns that are filled and handed on, again and again. */
function newBatch(inputs: readonly ModelInput[]) {
  const numbers = inputs.map(({ kind }) => (kind === "number" ? new Float32Array(BATCH_ROWS) : []));
  const texts = inputs.map((): string[] => []);
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    add(chunk: DuckDBDataChunk): void {
      // asks the native library each time
      const { rowCount } = chunk;
      for (const [i, { kind }] of inputs.entries()) {
        const vector = chunk.getColumnVector(i);
        if (kind === "number") {
          (numbers[i] as Float32Array).set(vectorNumbers(vector) as Float32Array, rows);
          continue;
        }
        const column = texts[i] as string[];
        for (let row = 0; row < rowCount; row += 1) {
          column[rows + row] = vector.getItem(row) as string;
        }
      }
      rows += rowCount;
    },
    take() {
      const columns = inputs.map(({ name, kind }, i) => {
        const column =
          kind === "number"
            ? (numbers[i] as Float32Array).subarray(0, rows)
            : (texts[i] as string[]).slice(0, rows);
        return [name, column] as const;
      });
      rows = 0;
      return Object.fromEntries(columns);
    },
  };
}

/** DuckDB's type of a column, and whether the chunk is told the label or a prediction. */
const COLUMN_TYPES = { label: UTINYINT, class: VARCHAR, number: FLOAT, told: VARCHAR } as const;

function* chunksOf(
  columns: readonly ResultColumn[],
  { scores: { scores, predictions, labels = [] }, answers = [], failure }: Answered,
): Generator<DuckDBDataChunk> {
  const types = [...columns.map(({ type }) => COLUMN_TYPES[type]), VARCHAR];
  const width = predictions.length / scores.length;
  for (let from = 0; from < scores.length; from += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, scores.length - from);
    const chunk = DuckDBDataChunk.create(types, rows);
    for (const [i, { name, type }] of columns.entries()) {
      const vector = chunk.getColumnVector(i);
      for (let row = 0; row < rows; row += 1) {
        const at = from + row;
        if (type === "told") vector.setItem(row, toldOf(name as "rule" | "answer", answers[at]));
        else {
          const value = type === "number" ? predictions[at * width + i] : labels[at];
          vector.setItem(row, (value ?? null) as number | string | null);
        }
      }
      vector.flush();
    }
    const failures = chunk.getColumnVector(columns.length);
    for (let row = 0; row < rows; row += 1) failures.setItem(row, failure ?? null);
    failures.flush();
    yield chunk;
  }
}

const toldOf = (name: "rule" | "answer", answer: RoutineAnswer | undefined): string | null =>
  name === "answer" ? (JSON.stringify(answer) ?? null) : (answer?.rule ?? null);
