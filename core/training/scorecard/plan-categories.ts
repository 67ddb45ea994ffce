import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { textInGraph } from "../categories.ts";
import type { CategoryColumn } from "../training-frame.ts";
import type { CategoryBinning } from "./binning.ts";
import { type BinningRule, optimalBins } from "./optimal-bins.ts";
import { quantileEnds } from "./quantile-ends.ts";
import { mergeMasses, type Sample } from "./sample.ts";
import type { ClassMass } from "./weight-of-evidence.ts";

/** Stands for all rare strings; no string of a graph is empty. */
const OTHER = "";

/** Strings that are one for the binning: a frequent one, or all rare ones. */
interface Level extends ClassMass {
  /** `OTHER` for the rare ones. */
  readonly text: string;
}

/**
 * Bins of a column of strings: frequent strings, and the rare ones together as "other", in the order of
 * their share of bad rows, neighbours put together by `optimalBins`. No grouping that parts this order
 * has more information value (Burshtein, Della Pietra, Kanevsky and Nadas 1992, Minimum impurity
 * partitions).
 */
export function planCategories(
  column: CategoryColumn,
  sample: Sample,
  rule: BinningRule,
  parameters: Pick<ScorecardParameters, "prebins" | "minCategoryShare">,
): CategoryBinning {
  const { name } = column;
  const least = parameters.minCategoryShare * (rule.totals.good + rule.totals.bad);
  const levels = levelsOf(textMasses(column, sample), least);
  if (levels.length === 0) return { kind: "category", name, groups: [], otherBin: 0 };
  const prebinEnds = quantileEnds(
    levels.map(({ good, bad }) => good + bad),
    parameters.prebins,
  );
  const masses = mergeMasses(
    levels.map(({ good }) => good),
    levels.map(({ bad }) => bad),
    prebinEnds,
  );
  const ends = optimalBins(masses, rule, "none").map((end) => prebinEnds[end - 1] as number);
  const grouped = ends.map((end, i) => levels.slice(ends[i - 1] ?? 0, end));
  const groups = grouped.map((group) => textsOf(group));
  const withOther = grouped.findIndex((group) => group.some(({ text }) => text === OTHER));
  return { kind: "category", name, groups, otherBin: withOther < 0 ? groups.length : withOther };
}

/** What the rows of each string weigh, missing ones and strings without weight left out. */
function textMasses({ codes, dictionary }: CategoryColumn, sample: Sample) {
  const good = new Float64Array(dictionary.length);
  const bad = new Float64Array(dictionary.length);
  codes.forEach((code, row) => {
    if (code < 0) return;
    good[code] = (good[code] as number) + (sample.good[row] as number);
    bad[code] = (bad[code] as number) + (sample.bad[row] as number);
  });
  const masses = new Map<string, ClassMass>();
  dictionary.forEach((value, code) => {
    const text = textInGraph(value);
    const own = { good: good[code] as number, bad: bad[code] as number };
    if (text !== undefined && own.good + own.bad > 0) {
      masses.set(text, addMass(masses.get(text), own));
    }
  });
  return masses;
}

/** Levels by their share of bad rows, then by text; "other" first among equals. */
function levelsOf(masses: ReadonlyMap<string, ClassMass>, least: number): readonly Level[] {
  const levels: Level[] = [];
  let rare: ClassMass | undefined;
  for (const [text, mass] of masses) {
    if (mass.good + mass.bad < least) rare = addMass(rare, mass);
    else levels.push({ text, ...mass });
  }
  if (rare) levels.push({ text: OTHER, ...rare });
  const badShare = ({ good, bad }: ClassMass) => bad / (good + bad);
  return levels.sort((a, b) => badShare(a) - badShare(b) || (a.text < b.text ? -1 : 1));
}

const textsOf = (levels: readonly Level[]): readonly string[] =>
  levels
    .map(({ text }) => text)
    .filter((text) => text !== OTHER)
    .sort();

function addMass(a: ClassMass | undefined, b: ClassMass): ClassMass {
  return a ? { good: a.good + b.good, bad: a.bad + b.bad } : b;
}
