import { InvalidInputError } from "../errors.ts";
import { csvLines } from "./csv-lines.ts";
import { MOST_INSTANCES } from "./parse-instances.ts";
import type { RequestMember } from "./request-fields.ts";
import { tagsOfText } from "./tags-reader.ts";

/**
 * The instances that csv holds, by RFC 4180. A first line that names nothing but inputs is a header; without one the
 * columns are the inputs in their order. An empty field is missing.
 *
 * @throws {InvalidInputError} if it is no csv, or a line has another number of fields.
 * @throws {TooLargeError} on more than 10,000 instances.
 */
export function csvInstances(
  text: string,
  members: readonly RequestMember[],
): readonly Readonly<Record<string, unknown>>[] {
  const [first = [], ...rest] = csvLines(text, MOST_INSTANCES + 1);
  const byName = new Map(members.map((member) => [member.name, member]));
  const hasHeader = first.every((name) => byName.has(name));
  const columns = hasHeader ? first.map((name) => byName.get(name) as RequestMember) : members;
  const lines = hasHeader ? rest : [first, ...rest];
  return lines.map((line, row) => {
    if (line.length !== columns.length) {
      throw new InvalidInputError(
        `row ${row} has ${line.length} fields; send ${columns.length}: ${columns.map(({ name }) => name).join(", ")}`,
      );
    }
    return Object.fromEntries(
      columns.map((column, i) => [column.name, fieldValue(line[i], column)]),
    );
  });
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** What means nothing stays text, which the field's own check names and refuses. */
function fieldValue(text: string | undefined, { type }: RequestMember): unknown {
  if (text === undefined || text === "") return null;
  switch (type) {
    case "number":
    case "integer":
      return Number.isNaN(Number(text)) ? text : Number(text);
    case "boolean":
      return FLAGS.get(text.toLowerCase()) ?? text;
    case "tags":
      return tagsOfText(text);
    default:
      return text;
  }
}
