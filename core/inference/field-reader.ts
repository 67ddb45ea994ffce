import { shownValue } from "../shown-value.ts";
import type { RequestMember } from "./request-fields.ts";
import { parseRfc3339 } from "./rfc3339.ts";
import { tagsReader } from "./tags-reader.ts";

/** Largest finite float32: model inputs are float32, and beyond it a number would be infinite. */
const FLOAT32_MAX = 3.4028234663852886e38;

/** What a value means, or what is wrong with it. Two shapes, so that reading allocates nothing. */
export interface FieldReader {
  /** @returns what is wrong with the value and what is allowed, or `undefined`. */
  readonly problem: (value: unknown) => string | undefined;
  /** The value as a row holds it; only after `problem` found none. */
  readonly read: (value: unknown) => number | string | boolean;
}

/** The check and the conversion of one field's values; `null` and missing are not its concern. */
export function fieldReader(field: RequestMember): FieldReader {
  switch (field.type) {
    case "number":
      return numberReader(field, "a finite number", Number.isFinite);
    case "integer":
      return numberReader(field, "a whole number", Number.isSafeInteger);
    case "boolean":
      return {
        problem: (value) =>
          typeof value === "boolean" ? undefined : mustBe("true or false", value),
        read: (value) => value as boolean,
      };
    case "category":
      return categoryReader(field);
    case "timestamp":
      return {
        problem: (value) =>
          typeof value === "string" && parseRfc3339(value) !== undefined
            ? undefined
            : mustBe('an RFC 3339 date-time with offset, such as "2001-06-03T17:10:00Z"', value),
        read: (value) => Number(parseRfc3339(value as string)),
      };
    case "tags":
      return tagsReader(field);
  }
}

function numberReader(
  { min = -FLOAT32_MAX, max = FLOAT32_MAX }: RequestMember,
  kind: string,
  isOfKind: (value: unknown) => boolean,
): FieldReader {
  return {
    problem: (value) => {
      if (typeof value !== "number" || !isOfKind(value)) return mustBe(kind, value);
      if (value < min) return mustBe(`at least ${min}`, value);
      return value > max ? mustBe(`at most ${max}`, value) : undefined;
    },
    read: (value) => value as number,
  };
}

/** Names at most this many allowed values in a message. */
const VALUES_SHOWN = 20;

function categoryReader({ values, maxLength }: RequestMember): FieldReader {
  const allowed = values && new Set(values);
  const shown = values?.slice(0, VALUES_SHOWN).map((value) => JSON.stringify(value));
  const more = values && values.length > VALUES_SHOWN ? ", …" : "";
  return {
    problem: (value) => {
      if (typeof value !== "string") return mustBe("a string", value);
      if (value.length > maxLength) {
        return `must have at most ${maxLength} characters, got ${value.length}`;
      }
      return allowed && !allowed.has(value)
        ? mustBe(`one of ${shown?.join(", ")}${more}`, value)
        : undefined;
    },
    read: (value) => value as string,
  };
}

const mustBe = (what: string, value: unknown) => `must be ${what}, got ${shownValue(value)}`;
