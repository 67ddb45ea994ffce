import type { CustomTransform, TransformStep } from "../definition/transform-schema.ts";

/** What `defineTransform` gave, by name. */
export type TransformCode = Readonly<Record<string, CustomTransform>>;

/** Stored steps with the code of those that are the definition's own. */
export const withCode = (
  steps: readonly TransformStep[] | undefined,
  code: TransformCode = {},
): readonly TransformStep[] | undefined =>
  steps?.map((step) =>
    step.how === undefined ? { ...step, use: code[step.use.name] ?? step.use } : step,
  );
