import type { Task } from "../definition/task.ts";

/** Model inputs by name, each of shape [n]: float32 with NaN, or strings with "", for missing. */
export type ScoringColumns = Readonly<Record<string, Float32Array | readonly string[]>>;

/** What a graph answers to n rows. */
export interface Scores {
  /**
   * The number of each row that is logged and watched, shape [n]: probability of class 1, probability of
   * the predicted class, the predicted number, or the ranking score.
   */
  readonly scores: Float32Array;
  /** All that the task predicts, row by row, shape [n * width]. */
  readonly predictions: Float32Array;
  /** Class of each row, where there are classes: 0 or 1, or the class by name. */
  readonly labels?: Uint8Array | readonly string[];
}

/** A loaded graph that answers. */
export interface Scorer {
  /** @throws {InvalidInputError} if columns do not match the graph's inputs. */
  score(columns: ScoringColumns): Promise<Scores>;
  release(): Promise<void>;
}

/**
 * Loads a graph.
 *
 * @param task that the graph must be of. Absent: any
 * @throws {IntegrityError} if ONNX Runtime refuses the bytes, or the outputs are those of no task, or
 *   of another one.
 */
export type OpenScorer = (graph: Uint8Array, task?: Task) => Promise<Scorer>;
