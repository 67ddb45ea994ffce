import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import { shortError } from "../../../core/run/short-error.ts";

const sizeInState = (text: string) => Buffer.byteLength(JSON.stringify(JSON.stringify(text)));

describe("shortError", () => {
  it("leaves an error that is short as it is", () => {
    const error = new InvalidInputError("no such column");
    error.stack = "InvalidInputError: no such column\n    at somewhere";

    expect(shortError(error)).toBe(error);
  });

  it("keeps the name and the beginning of a long one, and says how much is gone", () => {
    const message = `row 1: bad${"x".repeat(1_000_000)}`;
    const short = shortError(new InvalidInputError(message)) as Error;

    expect(short.name).toBe("InvalidInputError");
    expect(short.message).toMatch(/^row 1: badx{2900,} … and \d+ more characters$/);
    expect(short.stack?.length).toBeLessThanOrEqual(2_000);
    expect((short.cause as Error).message).toBe(message);
  });

  it("cuts between characters of two halves, and not through one", () => {
    for (const first of ["", "x"]) {
      const { message } = shortError(new Error(first + "😀".repeat(2_000))) as Error;
      expect(message).toMatch(/😀 … and \d+ more characters$/);
      expect(message.toWellFormed()).toBe(message);
    }
  });

  it("makes an error of what is none, and cuts that too", () => {
    expect((shortError("y".repeat(5_000)) as Error).message).toMatch(/^y+ … and \d+ more/);
    expect(shortError(null)).toBeNull();
  });

  it("fills no more of a state than it may, whatever the characters, and keeps them whole", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", '"', "\u0001", "€", "😀"),
      minLength: 900,
    });
    fc.assert(
      fc.property(text, (message) => {
        const short = shortError(new Error(message)) as Error;
        expect(sizeInState(short.message)).toBeLessThanOrEqual(3_000);
        expect(sizeInState(short.stack ?? "")).toBeLessThanOrEqual(2_000);
        expect(short.message.toWellFormed()).toBe(short.message);
      }),
      { numRuns: 30 },
    );
  });
});
