import { z } from "zod";
import { OPERATORS } from "./operator-arguments.ts";

/** Shape of a step as plain JSON. */
export const recordedStep = z.strictObject({
  /** Names of the columns that it reads. */
  reads: z.array(z.string()).min(1),
  makes: z.array(z.strictObject({ kind: z.enum(["number", "category"]), name: z.string() })),
  operators: z.array(z.strictObject({ operator: z.enum(OPERATORS), given: z.array(z.unknown()) })),
  /** Places of what it makes. */
  gives: z.array(z.int().min(0)),
});

export type RecordedStep = z.output<typeof recordedStep>;
export type RecordedOperator = RecordedStep["operators"][number];
