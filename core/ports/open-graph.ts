/** Numbers on the way in or out of a graph. Their array says the element type. */
export interface GraphTensor {
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
  readonly dims: readonly number[];
}

export type GraphTensors = Readonly<Record<string, GraphTensor>>;

/** A graph that is ready to run. */
export interface OpenedGraph {
  /**
   * Runs the graph once.
   *
   * @param feeds one tensor for each of the graph's inputs
   * @param into tensors that are overwritten by the outputs of the same names, so that no memory is
   *   taken for them. They must not be among `feeds`. Absent: every output has memory of its own.
   * @returns the outputs; where `into` is given, `into`
   */
  run(feeds: GraphTensors, into?: GraphTensors): Promise<GraphTensors>;
  release(): Promise<void>;
}

/**
 * Opens a graph of numbers for a loop that runs it many times.
 *
 * @throws {IntegrityError} if the runtime refuses the graph.
 */
export type OpenGraph = (graph: Uint8Array) => Promise<OpenedGraph>;
