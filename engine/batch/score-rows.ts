import { type DuckDBConnection, DuckDBDataChunk, FLOAT, UTINYINT } from "@duckdb/node-api";
import { type ModelInput, modelInputs } from "../../core/definition/model-inputs.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { LoadedVersion } from "../../core/inference/loaded-version.ts";
import type { Scores } from "../../core/inference/scorer.ts";
import { queryChunks } from "../duckdb/query.ts";
import { CHECKED, inputName } from "./check-batch.ts";

/** Table of `score` and `label`, a row for each row that keeps the contract, in their order. */
export const SCORES = "scores";

/** Rows of one call of the graph: 4 of DuckDB's chunks. More is no quicker. */
const BATCH_ROWS = 8_192;
const CHUNK_ROWS = 2_048;

/**
 * Scores every row that keeps the contract, a batch at a time.
 *
 * @param reading connection that the rows are streamed from
 * @param writing another one of the same database: a stream ends at its connection's next query
 * @returns number of rows scored
 * @throws {IntegrityError} if the graph answers something that is no probability.
 */
export async function scoreRows(
  reading: DuckDBConnection,
  writing: DuckDBConnection,
  version: Pick<LoadedVersion, "definition" | "score">,
): Promise<number> {
  const inputs = modelInputs(version.definition);
  await writing.run(`CREATE TABLE ${SCORES} (score FLOAT, label UTINYINT)`);
  const appender = await writing.createAppender(SCORES);
  const names = inputs.map((_input, i) => inputName(i)).join(", ");
  const sql = `SELECT ${names} FROM ${CHECKED.rows} WHERE __reason IS NULL`;

  const batch = newBatch(inputs);
  let scored = 0;
  const flush = async () => {
    if (batch.rows === 0) return;
    const scores = await version.score(batch.take());
    checkScores(scores);
    for (const chunk of chunksOf(scores)) appender.appendDataChunk(chunk);
    scored += scores.scores.length;
  };
  for await (const chunk of queryChunks(reading, sql)) {
    if (batch.rows + chunk.rowCount > BATCH_ROWS) await flush();
    batch.add(chunk);
  }
  await flush();
  appender.closeSync();
  return scored;
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
      for (const [i, { kind }] of inputs.entries()) {
        const vector = chunk.getColumnVector(i);
        const column = kind === "number" ? numbers[i] : texts[i];
        for (let row = 0; row < chunk.rowCount; row += 1) {
          (column as (string | number)[])[rows + row] = vector.getItem(row) as string | number;
        }
      }
      rows += chunk.rowCount;
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

function checkScores({ scores }: Scores): void {
  const wrong = scores.find((score) => !(score >= 0 && score <= 1));
  if (wrong === undefined) return;
  throw new IntegrityError(`the version's graph answered ${wrong}, which is no probability`);
}

function* chunksOf({ scores, labels }: Scores): Generator<DuckDBDataChunk> {
  for (let from = 0; from < scores.length; from += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, scores.length - from);
    const chunk = DuckDBDataChunk.create([FLOAT, UTINYINT], rows);
    for (const [i, values] of [scores, labels].entries()) {
      const vector = chunk.getColumnVector(i);
      for (let row = 0; row < rows; row += 1) vector.setItem(row, values[from + row] as number);
      vector.flush();
    }
    yield chunk;
  }
}
