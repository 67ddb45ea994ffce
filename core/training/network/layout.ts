import type { Random } from "../random.ts";
import type { Parameter, Statistic, Tensors } from "./layers/layer.ts";

/** Where a tensor lies in a flat vector. */
export interface Place {
  readonly name: string;
  readonly dims: readonly number[];
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * Tensors one after the other in one vector: the optimiser is then a handful of nodes over the whole,
 * and the loop has three vectors to hand around.
 */
export interface Layout {
  readonly places: readonly Place[];
  readonly size: number;
}

export function layoutOf(
  tensors: readonly { readonly name: string; readonly dims: readonly number[] }[],
): Layout {
  let from = 0;
  const places = tensors.map(({ name, dims }) => {
    const to = from + dims.reduce((product, size) => product * size, 1);
    const place = { name, dims, from, to };
    from = to;
    return place;
  });
  return { places, size: from };
}

export function statisticsLayout(statistics: readonly Statistic[]): Layout {
  return layoutOf(statistics.map(({ name, size }) => ({ name, dims: [size] })));
}

/** Parameters as they are before the first step. */
export function startParameters(parameters: readonly Parameter[], random: Random): Float32Array {
  const { places, size } = layoutOf(parameters);
  const values = new Float32Array(size);
  parameters.forEach(({ start }, i) => {
    const { from, to } = places[i] as Place;
    start(values.subarray(from, to), random);
  });
  return values;
}

/** Statistics as they are before the first step. */
export function startStatistics(statistics: readonly Statistic[]): Float32Array {
  return Float32Array.from(statistics.flatMap(({ size, start }) => Array(size).fill(start)));
}

/** Windows on the vector, by the tensors' names. */
export function tensorsIn({ places }: Layout, values: Float32Array): Tensors {
  return new Map(places.map(({ name, from, to }) => [name, values.subarray(from, to)]));
}
