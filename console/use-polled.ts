import { useEffect, useState } from "preact/hooks";
import { ask, RefusedError } from "./platform-api.ts";

export interface Polled<T> {
  /** The last answer; `undefined` before the first, and where there is no such thing. */
  readonly data: T | undefined;
  /** Why the last request got no answer; `data` may be an older one. */
  readonly problem: RefusedError | undefined;
}

const REFRESH = "console-refresh";

/** Lets everything that is shown be asked for again at once: something was just changed. */
export const refreshAll = () => void window.dispatchEvent(new Event(REFRESH));

/**
 * Asks for a path now and then again and again; not while the page is hidden.
 *
 * @param everyMs from an answer to the next request. Another value asks at once.
 */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { path: string }>(nothing(path));
  useEffect(
    () =>
      poll<T>(path, everyMs, (answer) =>
        setPolled((old) => ({
          path,
          data: answer.problem && old.path === path ? keptData(old, answer.problem) : answer.data,
          problem: answer.problem,
        })),
      ),
    [path, everyMs],
  );
  return polled.path === path ? polled : nothing(path);
}

/** From an answer to the next request: a second while something runs, else five. */
const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/** As `usePolled`, more often while the answer says that something runs. */
export function usePolledWhileBusy<T>(
  path: string,
  isBusy: (data: T) => boolean,
): Polled<T> & { readonly everyMs: number } {
  const [everyMs, setEveryMs] = useState(IDLE_MS);
  const polled = usePolled<T>(path, everyMs);
  const { data } = polled;
  const wanted = data !== undefined && isBusy(data) ? BUSY_MS : IDLE_MS;
  useEffect(() => setEveryMs(wanted), [wanted]);
  return { ...polled, everyMs };
}

const nothing = (path: string) => ({ path, data: undefined, problem: undefined });

/** What is gone is not shown; what could not be asked for stays as it was. */
const keptData = <T>(old: Polled<T>, { status }: RefusedError) =>
  status === 404 ? undefined : old.data;

/** @returns ends it */
function poll<T>(path: string, everyMs: number, tell: (answer: Polled<T>) => void): () => void {
  const abort = new AbortController();
  let timer: number | undefined;
  let isAsking = false;
  let isAskedAgain = false;

  const askNow = async () => {
    window.clearTimeout(timer);
    if (document.hidden) return;
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    isAskedAgain = false;
    const answer = await answerOf<T>(path, abort.signal);
    isAsking = false;
    if (abort.signal.aborted) return;
    tell(answer);
    if (isAskedAgain) void askNow();
    else timer = window.setTimeout(askNow, everyMs);
  };

  const { signal } = abort;
  document.addEventListener("visibilitychange", askNow, { signal });
  window.addEventListener(REFRESH, askNow, { signal });
  void askNow();
  return () => {
    abort.abort();
    window.clearTimeout(timer);
  };
}

async function answerOf<T>(path: string, signal: AbortSignal): Promise<Polled<T>> {
  try {
    return { data: await ask<T>(path, { signal }), problem: undefined };
  } catch (error) {
    if (error instanceof RefusedError) return { data: undefined, problem: error };
    return { data: undefined, problem: new RefusedError(String(error), 0) };
  }
}
