import { useState } from "preact/hooks";
import { RefusedError } from "../platform-api.ts";
import { refreshAll } from "../use-polled.ts";

export interface Action {
  readonly isBusy: boolean;
  readonly problem: RefusedError | undefined;
  /** Runs it unless it runs already. @returns whether it went well */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Something that a person starts by a button: busy while it runs, with the reason where it fails. */
export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<RefusedError>();
  return {
    isBusy,
    problem,
    run: async (work) => {
      if (isBusy) return false;
      setIsBusy(true);
      setProblem(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(error instanceof RefusedError ? error : new RefusedError(String(error), 500));
        return false;
      } finally {
        setIsBusy(false);
        refreshAll();
      }
    },
  };
}
