import type { Calibration } from "../calibration/calibration.ts";
import type { ModelInput } from "../definition/model-inputs.ts";
import type { Metrics } from "../registry/records.ts";

/** `runs/<model>/<run>/candidates/<n>/metrics.json`: what training found. */
export interface CandidateReport {
  readonly index: number;
  readonly name: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly graphSha256: string;
  readonly sizeBytes: number;
  readonly threshold: number;
  readonly calibration?: Calibration;
  /** On the validation split, by the trainer's own predictions. */
  readonly metrics: Metrics;
  /** The trainer's own findings: rounds, learning curve, importances. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Largest difference of the graph's probabilities from the trainer's over the test split. */
  readonly largestGraphDifference: number;
}

/** `models/<model>/versions/<n>/manifest.json`. */
export interface VersionManifest {
  readonly model: string;
  readonly version: number;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  /** SHA-256 of every other file of the version, by its name. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;
  readonly datasetDigest: string;
  readonly runId: string;
  readonly definitionDigest: string;
  readonly gitCommit: string;
  readonly candidate: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly threshold: number;
  readonly metrics: Metrics;
  readonly runtime: {
    readonly onnxruntime: string;
    readonly opset: number;
    readonly mlOpset: number;
  };
  readonly createdAt: string;
  readonly createdBy: string;
}
