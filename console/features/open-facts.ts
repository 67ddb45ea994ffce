import { amountWords } from "../words.ts";

/** Members that a list has room for. */
const MOST_FACTS = 40;

/**
 * What an answer holds that the page has no words of its own for, flat: names joined by a space.
 *
 * @param of of any depth; what is absent or null has no line
 */
export function openFacts(of: unknown, name = ""): readonly (readonly [string, string])[] {
  if (of === undefined || of === null) return [];
  if (typeof of === "number") return [[name || "value", amountWords(of)]];
  if (typeof of !== "object") return [[name || "value", String(of)]];
  return Object.entries(of)
    .flatMap(([member, value]) => openFacts(value, `${name} ${spaced(member)}`.trim()))
    .slice(0, MOST_FACTS);
}

/** `standardDeviation` is `standard deviation`. */
const spaced = (name: string) =>
  name.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
