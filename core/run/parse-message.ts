import type { z } from "zod";
import { InvalidInputError, type Issue } from "../errors.ts";
import { jsonPath, valueAt } from "../json-path.ts";
import { shownValue } from "../shown-value.ts";

/**
 * What the schema makes of a task's input.
 *
 * @throws {InvalidInputError} with an issue for each wrong place; the message names the first.
 */
export function parseMessage<Schema extends z.ZodType>(
  schema: Schema,
  event: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;

  const issues = issuesOf(parsed.error, event);
  const first = issues[0] as Issue;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new InvalidInputError(`${first.path}: ${first.message}${more}`, {
    cause: parsed.error,
    issues,
  });
}

/** A zod error as issues of Millrace, one for each wrong place of `input`. */
function issuesOf(error: z.ZodError, input: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: jsonPath([...issue.path, key]),
        message: "is not known here; remove it or correct its name",
      }));
    }
    const allowed = issue.message.replace(/^Invalid \w+: /, "").replace(/, received .*$/, "");
    const got = shownValue(valueAt(input, issue.path));
    return [{ path: jsonPath(issue.path) || "input", message: `${allowed}, got ${got}` }];
  });
}
