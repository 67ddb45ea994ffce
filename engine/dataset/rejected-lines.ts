/**
 * Lines of a csv file that are no rows of it, as `__line` and `__reason`: DuckDB may find more than
 * one thing wrong with a line.
 *
 * @param rejects DuckDB's table of what it rejected
 */
export function rejectedLines(rejects: string): string {
  const kind = `CASE lower(error_type::VARCHAR) WHEN 'invalid encoding' THEN 'not utf-8; declare csv.encoding if it is latin-1' ELSE lower(error_type::VARCHAR) END`;
  return `SELECT any_value(trim(csv_line, chr(13) || chr(10))) AS __line, 'line: ' || string_agg(DISTINCT ${kind}, ', ' ORDER BY ${kind}) AS __reason FROM ${rejects} GROUP BY file_id, line, line_byte_position`;
}
