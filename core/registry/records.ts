import type { MetricName } from "../definition/metrics.ts";

/** Who did something and why: part of every change of the registry. */
export interface Change {
  /** A person, a schedule or a function. */
  readonly by: string;
  readonly why: string;
}

export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

export interface ModelRecord {
  readonly model: string;
  readonly owner: string;
  readonly description: string;
  /** Digest of the definition that new runs use. */
  readonly definitionDigest: string;
  readonly updatedAt: string;
}

/** registered: passed its gates. rejected: did not, and can hold no alias. */
export type VersionStatus = "registered" | "rejected";

export interface VersionRecord {
  readonly model: string;
  /** 1, 2, 3… never reused. */
  readonly version: number;
  readonly status: VersionStatus;
  /** Why it was rejected, one line a gate; empty if it was not. */
  readonly reasons: readonly string[];
  readonly runId: string;
  readonly datasetDigest: string;
  readonly definitionDigest: string;
  /** Of `models/<model>/versions/<n>/manifest.json`, which names every other file's digest. */
  readonly manifestSha256: string;
  readonly gitCommit: string;
  readonly candidate: string;
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** On the test split. */
  readonly metrics: Metrics;
  readonly createdAt: string;
  readonly createdBy: string;
}

export const ALIAS_NAMES = ["champion", "challenger", "shadow"] as const;
export type AliasName = (typeof ALIAS_NAMES)[number];

export interface AliasRecord {
  readonly model: string;
  readonly alias: AliasName;
  readonly version: number;
  readonly since: string;
  readonly by: string;
}

export type RunStatus = "running" | "succeeded" | "rejected" | "failed";

/** How long the tasks of a run took, in milliseconds inside their functions. */
export interface RunDurations {
  readonly prepareMs: number;
  /** One a training: round by round, in a round by the candidates' order. */
  readonly trainMs: readonly number[];
  readonly evaluateMs: number;
  readonly registerMs: number;
}

export interface RunRecord {
  readonly model: string;
  readonly runId: string;
  readonly status: RunStatus;
  readonly reason: string;
  readonly requestedBy: string;
  readonly definitionDigest: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly datasetDigest?: string;
  /** The number its version has, or will have once it is complete. */
  readonly version?: number;
  /** Of a run that came to its end; runs recorded before Millrace kept them have none. */
  readonly durations?: RunDurations;
  readonly error?: { readonly name: string; readonly message: string };
}

export type EventKind =
  | "definition-deployed"
  | "run-started"
  | "run-ended"
  | "version-reserved"
  | "version-registered"
  | "version-rejected"
  | "alias-moved"
  | "deployment-changed"
  | "drift-reported";

/** A feature of a stream, as it was registered. */
export interface FeatureRecord {
  readonly owner: string;
  /** When it was first registered under its name. */
  readonly since: string;
}

/** That the online state of a stream holds its past. */
export interface BackfillRecord {
  /** Of the stream that it was computed for: a feature added later is not in it. */
  readonly definitionDigest: string;
  /** The state holds every event from this time on. */
  readonly completeFrom: string;
  /** Time of the newest event of the past; absent if there was none. */
  readonly newestEvent?: string;
  /** Events that were read. */
  readonly events: number;
  readonly at: string;
  readonly by: string;
}

export interface StreamRecord {
  readonly stream: string;
  readonly owner: string;
  readonly description: string;
  /** Of `streams/<stream>/definitions/<digest>.json`. */
  readonly definitionDigest: string;
  readonly features: Readonly<Record<string, FeatureRecord>>;
  readonly updatedAt: string;
  readonly backfill?: BackfillRecord;
}

export type StreamChangeKind = "stream-deployed" | "stream-backfilled";

/** One line of a stream's history. Never changed, never removed. */
export interface StreamChange extends Omit<AuditEvent, "model" | "kind"> {
  readonly stream: string;
  readonly kind: StreamChangeKind;
}

/** One line of a model's history: who, what, when, why, from, to. Never changed, never removed. */
export interface AuditEvent {
  readonly model: string;
  readonly id: string;
  readonly at: string;
  readonly kind: EventKind;
  readonly by: string;
  readonly why: string;
  /** What it is about: a run id, `version 3`, an alias. */
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
}
