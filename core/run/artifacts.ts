import type { Calibration } from "../calibration/calibration.ts";
import type { ModelInput } from "../definition/model-inputs.ts";
import type { GraphOutput } from "../definition/task.ts";
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
  /** Of `explainer.json`; absent where the family has none. */
  readonly explainerSha256?: string;
  /**
   * The trainer's own findings: rounds, learning curve, importances. Of families that explain:
   * `contributions`; of a candidate that was to go on from the champion: `continuedFrom`.
   */
  readonly training: Readonly<Record<string, unknown>>;
  /** Largest difference of the graph's predictions from the trainer's over the test split; of numbers above 1 their share. */
  readonly largestGraphDifference: number;
}

/** An output of a version's graph. Manifests of before there were other tasks have no shapes. */
export type VersionOutput = Pick<GraphOutput, "name" | "type"> & Partial<GraphOutput>;

/** `models/<model>/versions/<n>/manifest.json`. */
export interface VersionManifest {
  readonly model: string;
  readonly version: number;
  readonly inputs: readonly ModelInput[];
  /** Of the graph, by the version's task. */
  readonly outputs: readonly VersionOutput[];
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
