import type { TaskContext } from "../functions/middleware/task.ts";
import type { LocalEnvironment } from "./local-environment.ts";

/** What the parent asks a function's process for. */
export interface Order {
  readonly input: unknown;
  readonly context: TaskContext;
  readonly environment: LocalEnvironment;
}

/** What the process sends back: the function's output or its error, and the most memory it held. */
export type IsolatedAnswer = (
  | { readonly output: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack?: string } }
) & { readonly peakMemoryBytes: number };

/** What it sends while it works, then as its last. */
export type IsolatedMessage = { readonly line: object } | IsolatedAnswer;
