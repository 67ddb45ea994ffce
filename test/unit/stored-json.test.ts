import { describe, expect, it } from "vitest";
import { z } from "zod";
import { IntegrityError } from "../../core/errors.ts";
import { parseStored } from "../../core/stored-json.ts";

const schema = z.object({ a: z.object({ b: z.number() }) });
const parse = (text: string) => parseStored(schema, new TextEncoder().encode(text), "thing");

describe("parseStored", () => {
  it("gives what the schema makes of the bytes", () => {
    expect(parse('{"a":{"b":1,"c":2}}')).toEqual({ a: { b: 1 } });
  });

  it.each([
    ["{", "stored thing is not json"],
    ["7", /^stored thing is damaged at its root: /],
    ['{"a":{"b":"x"}}', /^stored thing is damaged at a\.b: /],
  ])("fails on %s", (text, message) => {
    expect(() => parse(text)).toThrow(IntegrityError);
    expect(() => parse(text)).toThrow(message);
  });
});
