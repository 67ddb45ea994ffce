import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { STAGED } from "./stage-rows.ts";

const COVERED = `${STAGED}_covered_`;

/**
 * Puts a view in the place of the staged rows: nothing is copied, wherever they lie.
 *
 * @param select the view's query over the rows as they were, given as the name of a relation
 */
export async function coverStaged(
  connection: DuckDBConnection,
  select: (rows: string) => string,
): Promise<void> {
  const relations = await stagedRelations(connection);
  const name = `${COVERED}${relations.length - 1}`;
  const kind = relations.find((relation) => relation.name === STAGED)?.kind;
  await connection.run(`ALTER ${kind} ${STAGED} RENAME TO ${name}`);
  await connection.run(`CREATE VIEW ${STAGED} AS ${select(name)}`);
}

/** Drops the staged rows, and all that they were covered with. */
export async function dropStaged(connection: DuckDBConnection): Promise<void> {
  for (const { name, kind } of await stagedRelations(connection)) {
    await connection.run(`DROP ${kind} ${sqlName(name)}`);
  }
}

async function stagedRelations(
  connection: DuckDBConnection,
): Promise<readonly { readonly name: string; readonly kind: "TABLE" | "VIEW" }[]> {
  const rows = await queryRows(
    connection,
    `SELECT table_name, table_type FROM information_schema.tables WHERE table_name = ${sqlText(STAGED)} OR starts_with(table_name, ${sqlText(COVERED)}) ORDER BY 1`,
  );
  return rows.map(([name, type]) => ({
    name: String(name),
    kind: type === "VIEW" ? "VIEW" : "TABLE",
  }));
}
