import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InvalidInputError } from "../../../core/errors.ts";
import { parseMessage } from "../../../core/run/parse-message.ts";

const schema = z.strictObject({
  model: z.string().min(1),
  rows: z.array(z.object({ distance: z.number() })).default([]),
});

const failureOf = (event: unknown): InvalidInputError => {
  try {
    parseMessage(schema, event);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
  }
  throw new Error("it was accepted");
};

describe("parseMessage", () => {
  it("gives what the schema makes of the input", () => {
    expect(parseMessage(schema, { model: "m" })).toEqual({ model: "m", rows: [] });
  });

  it.each([
    [{}, "model: expected string, got nothing"],
    [{ model: 7 }, "model: expected string, got the number 7"],
    [{ model: null }, "model: expected string, got null"],
    [{ model: "m", rows: "x" }, 'rows: expected array, got the string "x"'],
    [
      { model: "m", rows: [{ distance: [] }] },
      "rows[0].distance: expected number, got a list of 0",
    ],
    [{ model: "m", rows: [{}, {}] }, "rows[0].distance: expected number, got nothing (and 1 more)"],
    [{ model: "m", extra: 1 }, "extra: is not known here; remove it or correct its name"],
    [{ model: { a: 1 } }, "model: expected string, got an object"],
    [
      { model: "m", rows: "x".repeat(99) },
      `rows: expected array, got the string "${"x".repeat(60)}…"`,
    ],
    ["text", 'input: expected object, got the string "text"'],
  ])("fails on %j with the path, what is allowed and what was there", (event, message) => {
    expect(failureOf(event).message).toBe(message);
  });

  it("lists every wrong place", () => {
    const { issues } = failureOf({ rows: [{ distance: "far" }], a: 1, b: 2 });

    expect(issues.map(({ path }) => path)).toEqual(["model", "rows[0].distance", "a", "b"]);
  });
});
