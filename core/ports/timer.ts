/** Runs something once so many milliseconds from now. @returns forgets it */
export type SetTimer = (run: () => void, delayMs: number) => () => void;
