import type { CustomTransform, TransformStep } from "../definition/transform-schema.ts";

/** What `defineTransform` gave, by name. */
export type TransformCode = Readonly<Record<string, CustomTransform>>;

/** What `code.mjs` exports a transform as: no column begins so, and a definition's names have no `__`. */
export const transformExport = (name: string): string => `__transform_${name}`;

/** The transforms among what a `code.mjs` exports. */
export function transformsOf(exported: Readonly<Record<string, unknown>>): TransformCode {
  const prefix = transformExport("");
  return Object.fromEntries(
    Object.entries(exported)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, use]) => [name.slice(prefix.length), use as CustomTransform]),
  );
}

/** Stored steps with the code of those that are the definition's own. */
export const withCode = (
  steps: readonly TransformStep[] | undefined,
  code: TransformCode = {},
): readonly TransformStep[] | undefined =>
  steps?.map((step) =>
    step.how === undefined ? { ...step, use: code[step.use.name] ?? step.use } : step,
  );
