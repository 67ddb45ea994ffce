import { z } from "zod";
import { IntegrityError } from "../errors.ts";
import type { CandidateReport } from "../run/artifacts.ts";
import { METRIC_NAMES } from "./metric-direction.ts";

/** What evaluation reads of a candidate's `metrics.json`. */
type Findings = Pick<CandidateReport, "family" | "graphSha256" | "threshold" | "metrics">;

const findings: z.ZodType<Findings> = z.object({
  family: z.string(),
  graphSha256: z.string(),
  threshold: z.number().min(0).max(1),
  metrics: z.partialRecord(z.enum(METRIC_NAMES), z.number()),
});

/**
 * What training found of a candidate.
 *
 * @param expectedSha256 of the graph that the findings must be of
 * @throws {IntegrityError} if the stored file cannot be read, or is of another graph.
 */
export function parseCandidateReport(bytes: Uint8Array, expectedSha256: string): Findings {
  const parsed = findings.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new IntegrityError(
      `stored metrics of a candidate are damaged at ${first?.path.join(".")}: ${first?.message}`,
    );
  }
  if (parsed.data.graphSha256 === expectedSha256) return parsed.data;
  throw new IntegrityError(
    `stored metrics are of graph ${parsed.data.graphSha256}, not of ${expectedSha256}`,
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new IntegrityError("stored metrics of a candidate are not json", { cause });
  }
}
