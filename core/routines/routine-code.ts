import { IntegrityError } from "../errors.ts";

/** Code of a model's own around its graph, in the order in which a request meets it. */
export const ROUTINE_NAMES = ["preprocess", "postprocess", "fallback"] as const;
export type RoutineName = (typeof ROUTINE_NAMES)[number];

/** A routine as `code.mjs` has it: what it gives is checked by whoever calls it. */
export type Routine = (...given: readonly object[]) => unknown;
export type RoutineCode = Readonly<Partial<Record<RoutineName, Routine>>>;

/** What `code.mjs` exports a routine as: no column begins so, and a definition's names have no `__`. */
export const routineExport = (name: RoutineName): string => `__routine_${name}`;

/**
 * The routines among what a `code.mjs` exports.
 *
 * @param routines names that the definition says. @default none
 * @throws {IntegrityError} if one of them is not there.
 */
export function routinesOf(
  { name, routines = [] }: { readonly name: string; readonly routines?: readonly RoutineName[] },
  exported: Readonly<Record<string, unknown>>,
): RoutineCode {
  return Object.fromEntries(
    routines.map((routine) => {
      const code = exported[routineExport(routine)];
      if (typeof code === "function") return [routine, code];
      throw new IntegrityError(`code of model ${name} lacks its routine ${routine}`);
    }),
  );
}
