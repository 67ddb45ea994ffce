/** What starting an execution by name came to. */
export type StartOutcome =
  /** It runs: started now, or before with the same name and input. */
  | "running"
  /** One of this name has ended already. */
  | "ended";

/**
 * Starts an execution of a state machine, once for each name. Resolves when it is sure to run.
 *
 * @throws {UnavailableError}
 */
export type StartExecution = (name: string, input: object) => Promise<StartOutcome>;
