import type { CheckedDefinition } from "./model-definition.ts";
import type { TransformStep } from "./transform-schema.ts";

type Transforms = Pick<CheckedDefinition, "transforms" | "candidates">;

/** Transforms as data: those of the definition's own without their code. */
export function storedTransforms({ transforms, candidates }: Transforms): Transforms {
  return {
    ...(transforms && { transforms: transforms.map(stored) }),
    candidates: candidates.map((candidate) =>
      candidate.transforms
        ? { ...candidate, transforms: candidate.transforms.map(stored) }
        : candidate,
    ),
  };
}

function stored(step: TransformStep): TransformStep {
  if (step.how !== undefined) return step;
  const { name, reads, makes } = step.use;
  return { ...step, use: { name, reads, makes } };
}
