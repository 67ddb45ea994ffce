import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Compared } from "./compare-with-lightgbm.ts";

const LARGEST_MEMORY_RATIO = 1.5;

const baselineSchema = z.object({
  /** By how much a ratio may be above its baseline: see docs/training-performance.md. */
  ratioTolerance: z.number().positive(),
  /** Time of Millrace over the other's, by work. */
  ratios: z.record(z.string(), z.number().positive()),
});

/** What is worse than `baseline.json`, or than the other library by more than may be. */
export function regressions(rows: readonly Compared[]): string[] {
  const { ratioTolerance, ratios } = baselineSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "baseline.json"), "utf8")),
  );
  return rows.flatMap(({ work, ratio, rocAucDifference, memoryRatio, aucTolerance }) => {
    if (ratio === undefined || rocAucDifference === undefined || memoryRatio === undefined)
      return [];
    const baseline = ratios[work];
    const found: string[] = [];
    if (baseline === undefined) found.push(`${work}: bench/baseline.json has no ratio`);
    else if (!(ratio <= baseline * (1 + ratioTolerance))) {
      found.push(`${work}: ratio ${ratio} is above ${baseline} by more than ${ratioTolerance}`);
    }
    if (!(rocAucDifference >= -aucTolerance)) {
      found.push(`${work}: ROC-AUC is ${-rocAucDifference} below the other's`);
    }
    if (!(memoryRatio <= LARGEST_MEMORY_RATIO)) {
      found.push(`${work}: takes ${memoryRatio} times the other's memory`);
    }
    return found;
  });
}
