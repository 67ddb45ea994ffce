import type { z } from "zod";
import type { Issue } from "../errors.ts";
import { jsonPath, valueAt } from "../json-path.ts";
import { shownValue } from "../shown-value.ts";

/**
 * An issue of zod with the value that stands at the path. A value is named, never a whole object.
 *
 * @param root what the whole input is called
 */
export function describeIssues(
  issue: z.core.$ZodIssue,
  input: unknown,
  root: string,
): readonly Issue[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: jsonPath([...issue.path, key]),
      message: "is not a known field; remove it or correct its spelling",
    }));
  }
  const got = shownValue(valueAt(input, issue.path));
  return [{ path: jsonPath(issue.path) || root, message: `${issue.message}, got ${got}` }];
}
