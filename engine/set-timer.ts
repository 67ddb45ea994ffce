import type { SetTimer } from "../core/ports/timer.ts";

/** The timer of this process. */
export const setTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
