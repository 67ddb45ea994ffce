import { DataContractError } from "../../core/errors.ts";
import { sqlText } from "../duckdb/sql.ts";
import { csvHeader, likelyDelimiter } from "./csv-header.ts";
import { type OpenFormat, type RawFile, textHead } from "./raw-file.ts";

/**
 * A csv file with every column as text: the contract decides what a value is, not a guess from the
 * first rows.
 *
 * @throws {DataContractError} if a name stands twice in the header, or it has another delimiter.
 */
export const readCsv: OpenFormat = async (_connection, file) => {
  const { what, path, rejects, csv = {} } = file;
  const { text, compression } = await textHead(file);
  const { delimiter = ",", quote = '"', encoding = "utf-8" } = csv;
  const header = csvHeader(text, { delimiter, quote });
  checkDelimiter(file, text, { delimiter, quote });
  const twin = header.find((column, i) => header.indexOf(column) !== i);
  if (twin !== undefined) {
    throw new DataContractError(`${what} has two columns named ${twin}; rename one of them`);
  }
  const columns = header.map((column) => `${sqlText(column)}: 'VARCHAR'`).join(", ");
  const options = [
    "auto_detect = false, header = true",
    `delim = ${sqlText(delimiter)}, quote = ${sqlText(quote)}, escape = ${sqlText(quote)}`,
    `encoding = '${encoding}', compression = '${compression}', columns = {${columns}}`,
  ].join(", ");
  const read = (more: string) => `read_csv(${sqlText(path)}, ${options}, ${more})`;
  return { first: read(storedRejects(rejects)), again: read("ignore_errors = true") };
};

/** Options by which DuckDB keeps lines that are no rows. */
export const storedRejects = (table: string) =>
  `store_rejects = true, rejects_table = '${table}', rejects_scan = '${table}_scans', rejects_limit = 0`;

function checkDelimiter(
  { what, columns }: RawFile,
  text: string,
  marks: { readonly delimiter: string; readonly quote: string },
): void {
  const wanted = columns.map(({ name }) => name);
  const likely = likelyDelimiter(text, marks, wanted);
  if (likely === undefined) return;
  const [declared, better] = [marks.delimiter, likely].map((mark) => JSON.stringify(mark));
  throw new DataContractError(
    `${what} is not delimited by ${declared}: its header looks delimited by ${better}; declare csv: { delimiter: ${better} }`,
  );
}
