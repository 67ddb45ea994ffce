import { InvalidInputError } from "./errors.ts";

/**
 * JSON text with object keys in code-unit order, no white space, and `undefined` members left out:
 * equal values give equal text, whatever order their keys were written in.
 *
 * The subset of RFC 8785 (JSON Canonicalization Scheme) that plain JSON values need.
 *
 * @throws {InvalidInputError} on a number that JSON cannot say, a bigint, a function or a symbol.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new InvalidInputError(`json has no number ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  throw new InvalidInputError(`json cannot hold a ${typeof value}`);
}
