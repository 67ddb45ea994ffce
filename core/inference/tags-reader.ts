import { byCodePoint } from "../features/text-order.ts";
import { shownValue } from "../shown-value.ts";
import type { FieldReader } from "./field-reader.ts";
import type { RequestMember } from "./request-fields.ts";

/** Stands between tags where they are one text, so that no tag may hold it. */
const SEPARATOR = "|";

/** Tags as one text, as the graph reads them: the distinct ones by code point. */
export const tagsText = (tags: readonly string[]): string =>
  [...new Set(tags)].sort(byCodePoint).join(SEPARATOR);

/** The list that a text with "|" between tags means, as in a csv file or a tensor. */
export const tagsOfText = (text: string): readonly string[] =>
  text === "" ? [] : text.split(SEPARATOR);

/** A list of texts, without the empty one and without "|" in any. */
export function tagsReader({
  values,
  maxLength,
}: Pick<RequestMember, "values" | "maxLength">): FieldReader {
  const allowed = values && new Set(values);
  const wrongTag = (tag: unknown): string | undefined => {
    if (typeof tag !== "string" || tag === "" || tag.includes(SEPARATOR)) {
      return `must be a list of texts that are not empty and have no ${SEPARATOR}, got ${shownValue(tag)} in it`;
    }
    return allowed && !allowed.has(tag)
      ? `must be a list of allowed tags, got ${shownValue(tag)} in it`
      : undefined;
  };
  return {
    problem: (value) => {
      if (!Array.isArray(value)) return `must be a list of texts, got ${shownValue(value)}`;
      const wrong = value.map(wrongTag).find((problem) => problem !== undefined);
      if (wrong !== undefined) return wrong;
      const { length } = tagsText(value);
      return length > maxLength
        ? `must have at most ${maxLength} characters as one text, got ${length}`
        : undefined;
    },
    read: (value) => tagsText(value as readonly string[]),
  };
}
