import type { DriftReport } from "../../core/drift/drift-report.ts";
import type { Tone } from "../parts/text.ts";

/** How a verdict on drift is coloured. */
export const VERDICT_TONES: Readonly<Record<DriftReport["verdict"], Tone>> = {
  stable: "good",
  drifted: "bad",
  "not-enough-data": "plain",
  "no-champion": "plain",
};
