/** What may be under way at a time. */
export interface LoadLimits {
  /** @default 1,000 */
  readonly mostRequests?: number;
  /** Of the bodies of all requests under way. @default 256 MiB */
  readonly mostBodyBytes?: number;
  /** The memory that the process may take. Absent: it is not looked at. */
  readonly memory?: Memory | undefined;
}

export interface Memory {
  readonly limitBytes: number;
  /** That the process takes now. */
  readonly usedBytes: () => number;
}

export interface LoadGate {
  /**
   * Takes a request in, if there is room for it.
   *
   * @returns what it is to be given back by, once; `undefined` where it must be shed
   */
  enter(bodyBytes: number): (() => void) | undefined;
}

/** Asking the system costs some microseconds; memory does not fill in this time. */
const MEMORY_KEPT_MS = 100;
/** Left for what is not a request: garbage that is not collected yet, the log. */
const MOST_MEMORY_SHARE = 0.95;
/**
 * Bytes that a byte of a body becomes until its request is answered. Measured: 5.6 MB of JSON took 3.8
 * times as much as parsed rows; the body, columns, the answer and the records of the log come on top.
 */
const BYTES_A_BODY_BYTE = 9;
/** A request so small is answered where nothing else is under way: else a full process would never answer again. */
const SMALL_BODY_BYTES = 64 * 1024;

/** Lets requests in as long as neither their number nor the memory is at its bound. */
export function loadGate(limits: LoadLimits, stopwatch: () => number): LoadGate {
  const { mostRequests = 1_000, mostBodyBytes = 256 * 1024 * 1024, memory } = limits;
  let requests = 0;
  let bytes = 0;
  let used = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const hasMemory = (bodyBytes: number): boolean => {
    if (memory === undefined) return true;
    if (requests === 0 && bodyBytes <= SMALL_BODY_BYTES) return true;
    const now = stopwatch();
    if (now - lookedAt >= MEMORY_KEPT_MS) {
      used = memory.usedBytes();
      lookedAt = now;
    }
    return used + bodyBytes * BYTES_A_BODY_BYTE <= memory.limitBytes * MOST_MEMORY_SHARE;
  };

  return {
    enter(bodyBytes) {
      if (requests >= mostRequests || bytes + bodyBytes > mostBodyBytes) return undefined;
      if (!hasMemory(bodyBytes)) return undefined;
      requests += 1;
      bytes += bodyBytes;
      return () => {
        requests -= 1;
        bytes -= bodyBytes;
      };
    },
  };
}

/** Whether a path asks how the server is, which it must tell above all when it is full. */
export const isHealthPath = (path: string): boolean =>
  path === "/ping" ||
  path.startsWith("/v2/health/") ||
  /^\/v[12]\/models\/[^/]+(\/.*)?\/ready$/.test(path);

/** Seconds after which there may be room again. */
export const SHED_RETRY_SECONDS = 1;

export const SHED_MESSAGE = "too many requests are under way; try again later";
