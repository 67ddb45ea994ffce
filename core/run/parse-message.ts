import type { z } from "zod";
import { InvalidInputError, type Issue } from "../errors.ts";

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
export function issuesOf(error: z.ZodError, input: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: "is not known here; remove it or correct its name",
      }));
    }
    const allowed = issue.message.replace(/^Invalid \w+: /, "").replace(/, received .*$/, "");
    const got = kindOf(valueAt(input, issue.path));
    return [{ path: pathText(issue.path), message: `${allowed}, got ${got}` }];
  });
}

/** `instances[0].distance`; the root is `input`. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("");
  return text === "" ? "input" : text.replace(/^\./, "");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined,
    input,
  );
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") {
    return value.length <= 40 ? `the string ${JSON.stringify(value)}` : "a long string";
  }
  return `the ${typeof value} ${String(value)}`;
}
