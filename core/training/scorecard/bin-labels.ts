import { type Binning, missingBin } from "./binning.ts";
import { shortestDecimal } from "./readable-border.ts";

const MISSING = "missing";
const OTHER = "other";
/** Texts that stand in a label as they are. */
const PLAIN = /^[\p{L}\p{N}_.+-]+( [\p{L}\p{N}_.+-]+)*$/u;

/** What each bin is called: "(12.5, 14]", "{CA, NY}", "{TX, other}", "missing". */
export function binLabels(binning: Binning): readonly string[] {
  const own = binning.kind === "number" ? intervals(binning.borders) : sets(binning);
  return [...own, MISSING];
}

function intervals(borders: readonly number[]): readonly string[] {
  const ends = ["-∞", ...borders.map(shortestDecimal), "∞"];
  return ends.slice(1).map((end, i) => `(${ends[i]}, ${end}${end === "∞" ? ")" : "]"}`);
}

function sets(binning: Extract<Binning, { kind: "category" }>): readonly string[] {
  return Array.from({ length: missingBin(binning) }, (_, bin) => {
    const texts = (binning.groups[bin] ?? []).map(quoted);
    return `{${[...texts, ...(bin === binning.otherBin ? [OTHER] : [])].join(", ")}}`;
  });
}

function quoted(text: string): string {
  return PLAIN.test(text) && text !== OTHER ? text : JSON.stringify(text);
}
