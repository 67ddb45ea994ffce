import { describe, expect, it } from "vitest";
import { rateLimit } from "../../../../core/access/rate-limit.ts";
import { TooManyRequestsError } from "../../../../core/errors.ts";

function setUp(mostKeys?: number) {
  let now = 1_000_000;
  const limit = rateLimit(() => now, mostKeys);
  /** How many of so many requests pass. */
  const passing = (key: string, perSecond: number, requests: number) =>
    Array.from({ length: requests }, () => {
      try {
        limit.take(key, perSecond);
        return 1;
      } catch (error) {
        expect(error).toBeInstanceOf(TooManyRequestsError);
        return 0;
      }
    }).filter((passed) => passed === 1).length;
  const pass = (ms: number) => {
    now += ms;
  };
  return { limit, passing, pass };
}

describe("a rate limit", () => {
  it("lets a second's requests pass at once, then as many as time gives", () => {
    const { passing, pass } = setUp();
    expect(passing("a", 10, 25)).toBe(10);
    pass(300);
    expect(passing("a", 10, 25)).toBe(3);
    pass(60_000);
    expect(passing("a", 10, 25)).toBe(10);
  });

  it("keeps callers apart, and says when to come again", () => {
    const { limit, passing } = setUp();
    expect([passing("a", 1, 5), passing("b", 1, 5)]).toEqual([1, 1]);
    // a quarter of a request a second: the next is whole in four
    expect(passing("c", 0.25, 5)).toBe(1);
    expect(() => limit.take("c", 0.25)).toThrow(
      expect.objectContaining({ retryAfterSeconds: 4 }) as Error,
    );
  });

  it("gives nothing for a clock that was put back", () => {
    const { passing, pass } = setUp();
    expect(passing("a", 2, 5)).toBe(2);
    pass(-60_000);
    expect(passing("a", 2, 5)).toBe(0);
    pass(500);
    expect(passing("a", 2, 5)).toBe(1);
  });

  it("forgets the caller that was not seen for longest", () => {
    const { passing } = setUp(2);
    passing("a", 1, 1);
    passing("b", 1, 1);
    expect(passing("a", 1, 1)).toBe(0);
    passing("c", 1, 1);
    expect([passing("a", 1, 1), passing("b", 1, 1)]).toEqual([0, 1]);
  });
});
