import { z } from "zod";

/** What a task in a container stores when it ends: what its function answered, or the error it threw. */
export const taskOutcomeSchema = z.union([
  z.object({ output: z.unknown() }).strict(),
  z.object({ error: z.object({ name: z.string().min(1), message: z.string() }) }).strict(),
]);

export type TaskOutcome = z.output<typeof taskOutcomeSchema>;
