import type { Tensor, TypedTensor } from "onnxruntime-node";
import type { GraphTensor, GraphTensors, OpenGraph } from "../../core/ports/open-graph.ts";
import { loadRuntime, openSession, type Runtime } from "./open-session.ts";

/**
 * Opens graphs of numbers in ONNX Runtime.
 *
 * @param threads that one run may use. 1 (the default) gives the same bytes on any machine of one kind
 *   of processor, however many cores it has.
 */
export function graphOpener({ threads = 1 }: { readonly threads?: number } = {}): OpenGraph {
  return async (graph) => {
    const runtime = await loadRuntime();
    const session = await openSession(runtime, graph, threads);
    return {
      async run(feeds, into) {
        const inputs = tensors(runtime, feeds);
        if (into !== undefined) {
          await session.run(inputs, tensors(runtime, into));
          return into;
        }
        const outputs = await session.run(inputs);
        return Object.fromEntries(
          Object.entries(outputs).map(([name, value]) => [name, numbersOf(value as Tensor)]),
        );
      },
      release: () => session.release(),
    };
  };
}

/** Opens a graph that runs on one thread. */
export const openGraph: OpenGraph = graphOpener();

function tensors(runtime: Runtime, named: GraphTensors): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(named).map(([name, tensor]) => [name, tensorOf(runtime, tensor)]),
  );
}

function tensorOf({ Tensor }: Runtime, { data, dims }: GraphTensor): Tensor {
  return new Tensor(data as Float32Array, dims) as TypedTensor<"float32">;
}

function numbersOf({ data, dims }: Tensor): GraphTensor {
  return { data: data as Float32Array, dims };
}
