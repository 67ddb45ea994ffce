import { UnavailableError } from "../errors.ts";
import type { SetTimer } from "../ports/timer.ts";

/** Whether the time of a request is over: what is found later is nobody's answer. */
export interface TimeBudget {
  isSpent: boolean;
}

/**
 * Waits for work no longer than a budget. Work that goes on behind it is told so, and what becomes of it
 * then is nobody's.
 *
 * @param budgetMs from now on; 0 or less is spent at once. It may be known only while the work goes on,
 *   and then be `undefined`: none.
 * @throws {UnavailableError} if the budget is spent; else what the work throws.
 */
export async function withinBudget<T>(
  work: (budget: TimeBudget) => Promise<T>,
  budgetMs: number | Promise<number | undefined>,
  setTimer: SetTimer,
): Promise<T> {
  const budget: TimeBudget = { isSpent: false };
  let isOver = false;
  let forget = () => {};
  const spent = new Promise<never>((_, reject) => {
    const start = (ms: number | undefined) => {
      if (ms === undefined || isOver) return;
      const end = () => {
        budget.isSpent = true;
        reject(overBudget());
      };
      forget = setTimer(end, Math.max(0, ms));
    };
    if (typeof budgetMs === "number") start(budgetMs);
    else budgetMs.then(start);
  });
  const working = work(budget);
  // Where the budget is spent first, nobody waits for the work any more.
  working.catch(() => undefined);
  try {
    return await Promise.race([working, spent]);
  } finally {
    isOver = true;
    forget();
  }
}

/** What a caller is told whose request took longer than the model allows. */
export const overBudget = () =>
  new UnavailableError("the request took longer than the model's time budget; try again later", {
    isPublic: true,
  });
