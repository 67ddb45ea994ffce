import { UnavailableError } from "../../core/errors.ts";

/** The `fetch` of the platform, or of a test. */
export type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>;

export type Sleep = (ms: number) => Promise<void>;

/** Five tries over 15 seconds: what a busy service needs, and little of a training's time. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000] as const;

/**
 * Does something again, with growing waits, while it says that a dependency is not available.
 *
 * @throws what the last try throws; anything but an unavailable dependency at once. It is known by its
 *   name: the function's package has a class of its own for it.
 */
export async function again<Result>(
  operation: () => Promise<Result>,
  { sleep }: { readonly sleep: Sleep },
): Promise<Result> {
  for (const waitMs of WAITS_MS) {
    try {
      return await operation();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await sleep(waitMs);
    }
  }
  return operation();
}

/** `fetch` whose failures to reach the other side are errors that are tried again. */
export const reaching =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (cause) {
      const url = typeof input === "string" ? input : input.url;
      throw new UnavailableError(`no answer from ${url}: ${reasonOf(cause)}`, { cause });
    }
  };

/** `fetch` says "fetch failed" and keeps the reason in the cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

const isUnavailable = (error: unknown): boolean => (error as Error | null)?.name === UNAVAILABLE;
const UNAVAILABLE = new UnavailableError("").name;
