import type { Issue } from "../core/errors.ts";
import { reportAnswered, reportSilent } from "./connection.ts";

/** Longer than any answer takes; a platform that is stopped in a debugger counts as silent. */
const TIMEOUT_MS = 15_000;

/** What the platform said instead of what was asked for. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** 0 where there was no answer at all. */
  readonly status: number;
  readonly issues: readonly Issue[];

  constructor(message: string, status: number, issues: readonly Issue[] = []) {
    super(message);
    this.status = status;
    this.issues = issues;
  }
}

export interface Call {
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Asks the platform that served the page.
 *
 * @throws {RefusedError} if it refuses or does not answer. @throws {DOMException} if `signal` aborts
 */
export async function ask<T>(
  path: string,
  { method = "GET", body, signal }: Call = {},
): Promise<T> {
  const response = await sent(path, method, body, signal);
  // an answer that is no JSON is told by its status
  const answer: unknown = await response.json().catch(() => undefined);
  reportAnswered();
  if (response.ok) return answer as T;
  const refusal = (answer ?? {}) as { error?: string; message?: string; issues?: Issue[] };
  const message = refusal.message ?? refusal.error ?? `the platform answered ${response.status}`;
  throw new RefusedError(message, response.status, refusal.issues);
}

async function sent(
  path: string,
  method: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    reportSilent();
    throw new RefusedError("the platform does not answer", 0);
  }
}

/** Path of a model below the control API. */
export const modelPath = (model: string) => `/api/models/${encodeURIComponent(model)}`;
