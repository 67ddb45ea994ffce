import type { z } from "zod";
import type { IssueList } from "./issue-list.ts";
import { binaryElements } from "./oip-binary.ts";
import type { inferRequestSchema } from "./oip-schemas.ts";
import type { Tensor } from "./oip-tensor.ts";

type SentTensor = z.output<typeof inferRequestSchema>["inputs"][number];
type ReadTensor = Tensor & { readonly name: string };

const NO_BYTES = new Uint8Array();

/**
 * Tensors with their elements, from `data` or from the bytes behind the JSON. Bytes belong to the inputs
 * that say `binary_data_size`, in their order, and none may be left over.
 *
 * @param binary `undefined` where the request is all JSON
 */
export function readTensors(
  inputs: readonly SentTensor[],
  binary: Uint8Array | undefined,
  issues: IssueList,
): readonly ReadTensor[] {
  let at = 0;
  const tensors = inputs.map((input, i): ReadTensor => {
    const size = input.parameters?.binary_data_size;
    if (typeof size !== "number") return fromData(input, `inputs[${i}]`, issues);
    const left = (binary ?? NO_BYTES).subarray(at);
    at += size;
    return fromBytes(input, { path: `inputs[${i}]`, size, left, issues });
  });
  const length = binary?.byteLength ?? 0;
  if (at < length) {
    issues.add("inputs", `must name all ${length} bytes behind the JSON, name ${at}`);
  }
  return tensors;
}

function fromData({ data, ...tensor }: SentTensor, path: string, issues: IssueList): ReadTensor {
  if (!data) issues.add(`${path}.data`, "must be a list, or parameters.binary_data_size be given");
  return { ...tensor, data: data ?? [] };
}

function fromBytes(
  { data, ...tensor }: SentTensor,
  from: {
    readonly path: string;
    readonly size: number;
    readonly left: Uint8Array;
    readonly issues: IssueList;
  },
): ReadTensor {
  const { path, size, left, issues } = from;
  const addProblem = (message: string) => {
    issues.add(`${path}.parameters.binary_data_size`, message);
    return { ...tensor, data: [] };
  };
  if (data) return addProblem("must not be given beside data");
  if (!Number.isSafeInteger(size) || size < 0 || size > left.byteLength) {
    return addProblem(`must be at most the ${left.byteLength} bytes that are left, got ${size}`);
  }
  const read = binaryElements(tensor.datatype, left.subarray(0, size));
  if ("problem" in read) return addProblem(read.problem);
  return { ...tensor, data: read.elements, isBinary: true };
}
