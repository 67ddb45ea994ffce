import fc from "fast-check";

/** Numbers that come up again and again, and those that are easily got wrong. */
export const strangeNumber = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 3, arbitrary: fc.float({ noNaN: true }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e-45, 3.4028234663852886e38),
);

/** The same of strings; null is missing. */
export const strangeText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", "d", "ä", "日本", "🚕") },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  fc.constantFrom(null, "", " ", "\u0000", "a\u0000b", "\ud800", "\udfff", "\ufffd"),
);
