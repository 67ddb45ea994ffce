import type { AggregateColumn } from "../definition/aggregate-columns.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { VersionExplainer } from "../explain/version-explainer.ts";
import type { FallbackAnswers } from "../routines/fallback-answers.ts";
import type { PostprocessAnswers } from "../routines/postprocess-answers.ts";
import type { PreprocessRow } from "../routines/preprocess-rows.ts";
import type { VersionManifest } from "../run/artifacts.ts";
import type { ParseInstances } from "./parse-instances.ts";
import type { Scores, ScoringColumns } from "./scorer.ts";
import type { ColumnsOf } from "./scoring-columns.ts";

/** A version that was read whole, checked against its digests, and has answered a first row. */
export interface LoadedVersion {
  readonly model: string;
  readonly version: number;
  readonly definition: StoredDefinition;
  readonly manifest: VersionManifest;
  /** Of the graph's file and, once it is read, of what explains it: what a cache of versions is bounded by. */
  readonly sizeBytes: number;

  /** Checks what a request carries and reads it into rows. */
  readonly parse: ParseInstances;
  /** Features of streams that its rows need beside what a request carries. */
  readonly aggregates: readonly AggregateColumn[];
  /** Row features, from the version's own code, and the fields and aggregates beside them. */
  readonly columnsOf: ColumnsOf;
  /** The routine that mends each row of a request, where the version has one. */
  readonly preprocess?: PreprocessRow;
  /** The routine that changes what rows are answered, where the version has one. */
  readonly postprocess?: PostprocessAnswers;
  /** What answers where the version cannot, where the model says so. */
  readonly fallback?: FallbackAnswers;
  /** @throws {IntegrityError} if the graph answers what the version's task does not predict, such as NaN. */
  score(columns: ScoringColumns): Promise<Scores>;
  /**
   * What takes its predictions apart; read when it is first asked for, then kept.
   *
   * @throws {InvalidInputError} if the version has nothing that explains it.
   * @throws {IntegrityError} if what it has is damaged.
   */
  readonly explainer?: () => Promise<VersionExplainer>;
  release(): Promise<void>;
}

/**
 * Loads a version as the endpoint serves it.
 *
 * @throws {NotFoundError} if the registry has no such version, or it was rejected.
 * @throws {IntegrityError} if a file is missing, has another digest than the manifest says, or does
 *   not load, or the graph is of another task than the definition.
 */
export type LoadVersion = (model: string, version: number) => Promise<LoadedVersion>;
