import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../core/canonical-json.ts";
import { InvalidInputError } from "../../core/errors.ts";

describe("canonicalJson", () => {
  it("sorts keys, leaves out undefined and adds no space", () => {
    expect(canonicalJson({ b: [1, null, undefined], a: { d: "é", c: undefined } })).toBe(
      '{"a":{"d":"é"},"b":[1,null,null]}',
    );
  });

  it("means the same as the value, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol("x")])(
    "fails on %s",
    (value) => {
      expect(() => canonicalJson({ value })).toThrow(InvalidInputError);
    },
  );
});
