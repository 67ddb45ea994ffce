/** Model inputs by name, each of shape [n]: float32 with NaN, or strings with "", for missing. */
export type ScoringColumns = Readonly<Record<string, Float32Array | readonly string[]>>;

export interface Scores {
  /** Class of each row, 0 or 1; shape [n]. */
  readonly labels: Uint8Array;
  /** Probability of class 1 of each row, float32; shape [n]. */
  readonly scores: Float32Array;
}

/** A loaded graph that answers. */
export interface Scorer {
  /** @throws {InvalidInputError} if columns do not match the graph's inputs. */
  score(columns: ScoringColumns): Promise<Scores>;
  release(): Promise<void>;
}

/** Loads a graph. @throws {IntegrityError} if ONNX Runtime refuses the bytes. */
export type OpenScorer = (graph: Uint8Array) => Promise<Scorer>;
