import type { DuckDBConnection } from "@duckdb/node-api";
import { DataContractError, PlatformError } from "../../core/errors.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText, sqlTexts } from "../duckdb/sql.ts";
import { type OpenFormat, textHead } from "./raw-file.ts";
import { storedRejects } from "./read-csv.ts";
import { unreadable } from "./unreadable.ts";

/** Lines that are looked at for names before all are. */
const SAMPLED_LINES = 10_000;

// CASE, since DuckDB may ask the second part of an AND first, which fails on what is no JSON
const IS_OBJECT = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END";

/** The lines that are objects; the others are NULL before they are left out, so that nothing parses them. */
const objectsOf = (lines: string) =>
  `(SELECT line FROM (SELECT CASE WHEN ${IS_OBJECT} THEN line END AS line FROM ${lines}) WHERE line IS NOT NULL)`;

/**
 * A file with a JSON object a line, each wanted member as JSON. Lines that are none, those that are not
 * UTF-8 and those of over 2 MB are no rows; empty lines are nothing. A member that no line has is no column.
 *
 * The file is read once here, for what is no row, and once more for the rows.
 *
 * @throws {DataContractError} if no line is an object.
 */
export const readJsonl: OpenFormat = async (connection, file) => {
  const { what, path, columns, rejects } = file;
  const { compression } = await textHead(file);
  // no character of a JSON text is U+0001, so that each line is one column
  const options = `auto_detect = false, header = false, delim = '\u0001', quote = '', escape = '', strict_mode = false, compression = '${compression}', columns = {'line': 'VARCHAR'}`;
  const read = (more: string) => `read_csv(${sqlText(path)}, ${options}, ${more})`;
  const lines = read("ignore_errors = true");
  try {
    await keepRejected(connection, read(storedRejects(`${rejects}_lines`)), rejects);
    const names = columns.map(({ name }) => name);
    const objects = objectsOf(lines);
    const found = await membersOf(connection, objects, names);
    if (found.length === 0) {
      throw new DataContractError(
        `${what} has no line that is a JSON object with members; store it as JSON Lines, or declare its format`,
      );
    }
    const relation = membersSql(objects, found);
    return { first: relation, again: relation };
  } catch (cause) {
    throw cause instanceof PlatformError ? cause : unreadable(what, cause);
  }
};

/** A table as DuckDB's own of rejects, with what of it is read. */
async function keepRejected(
  connection: DuckDBConnection,
  lines: string,
  rejects: string,
): Promise<void> {
  await connection.run(
    `CREATE TABLE ${rejects} AS SELECT 0::UBIGINT AS file_id, row_number() OVER () AS line, 0::UBIGINT AS line_byte_position,
       line AS csv_line, 'not a json object' AS error_type FROM ${lines} WHERE line IS NOT NULL AND NOT (${IS_OBJECT})`,
  );
  await connection.run(
    `INSERT INTO ${rejects} SELECT file_id + 1, line, line_byte_position, csv_line, lower(error_type::VARCHAR) FROM ${rejects}_lines`,
  );
}

/** Those names that objects have as members, and every other member of the first lines. */
async function membersOf(
  connection: DuckDBConnection,
  objects: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const sample = `SELECT line FROM ${objects} LIMIT ${SAMPLED_LINES}`;
  const rows = await queryRows(
    connection,
    `SELECT name FROM (SELECT unnest(json_keys(line)) AS name FROM (${sample})) GROUP BY 1 ORDER BY 1`,
  );
  const found = new Set(rows.map(([name]) => String(name)));
  for (const name of names.filter((name) => !found.has(name))) {
    const has = `json_exists(line, ${sqlText(pathOf(name))})`;
    const some = `SELECT count(*) FROM (SELECT 1 FROM ${objects} WHERE ${has} LIMIT 1)`;
    if ((await queryNumber(connection, some)) > 0) found.add(name);
  }
  return [...found];
}

/** Members are taken out of a line at once: each path alone would parse it again. */
function membersSql(objects: string, names: readonly string[]): string {
  const paths = sqlTexts(names.map(pathOf));
  const members = names.map((name, i) => `members[${i + 1}] AS ${sqlName(name)}`);
  return `(SELECT ${members.join(", ")} FROM (SELECT json_extract(line, ${paths}) AS members FROM ${objects}))`;
}

const pathOf = (name: string) => `$."${name.replaceAll(/["\\]/g, "\\$&")}"`;
