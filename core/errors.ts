/**
 * Error kinds a caller can branch on. The HTTP layer maps kinds to status codes;
 * Step Functions matches `name` in `ErrorEquals`, so both are public API.
 */
export type ErrorKind =
  | "invalid"
  | "unauthorised"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unsupported-type"
  | "too-many-requests"
  | "unavailable"
  | "integrity"
  | "broken-code";

/** One thing wrong with an input: where it stands, and what is wrong and allowed there. */
export interface Issue {
  /** JSON path from the root of the input, such as `instances[0].distance`. */
  readonly path: string;
  readonly message: string;
}

/** Base of every error the platform throws on purpose. Anything else is a bug. */
export abstract class PlatformError extends Error {
  abstract readonly kind: ErrorKind;
  /** Written out as a literal in each subclass: esbuild may rename classes, never strings. */
  abstract override readonly name: string;
}

/** The caller sent something the domain cannot accept. Retrying will not help. */
export class InvalidInputError extends PlatformError {
  readonly kind = "invalid";
  readonly name = "InvalidInputError";
  readonly issues: readonly Issue[];

  constructor(
    message: string,
    options: ErrorOptions & { readonly issues?: readonly Issue[] } = {},
  ) {
    super(message, options);
    this.issues = options.issues ?? [];
  }
}

/** Data broke the contract that the model definition states. Retrying will not help. */
export class DataContractError extends PlatformError {
  readonly kind = "invalid";
  readonly name = "DataContractError";
}

/** The caller did not say who it is, or not in a way that can be believed. */
export class UnauthorisedError extends PlatformError {
  readonly kind = "unauthorised";
  readonly name = "UnauthorisedError";
}

/** The caller is known and may not do this. */
export class ForbiddenError extends PlatformError {
  readonly kind = "forbidden";
  readonly name = "ForbiddenError";
}

/** What was asked for does not exist. */
export class NotFoundError extends PlatformError {
  readonly kind = "not-found";
  readonly name = "NotFoundError";
}

/** Something else exists already under this name, or changed since it was read. */
export class ConflictError extends PlatformError {
  readonly kind = "conflict";
  readonly name = "ConflictError";
}

/** The input is larger than a stated limit. */
export class TooLargeError extends PlatformError {
  readonly kind = "too-large";
  readonly name = "TooLargeError";
}

/** The input is of a type, or compressed in a way, that is not read. */
export class UnsupportedTypeError extends PlatformError {
  readonly kind = "unsupported-type";
  readonly name = "UnsupportedTypeError";
}

/** The caller sends more than it may in a time. The same call may succeed later. */
export class TooManyRequestsError extends PlatformError {
  readonly kind = "too-many-requests";
  readonly name = "TooManyRequestsError";
  readonly retryAfterSeconds: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterSeconds: number }) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A dependency is throttled, down or not ready. The same call may succeed later. */
export class UnavailableError extends PlatformError {
  readonly kind = "unavailable";
  readonly name = "UnavailableError";
  readonly retryAfterSeconds: number;
  /** Whether the message may be told to anybody: an adapter's names tables, buckets and queues. */
  readonly isPublic: boolean;

  constructor(
    message: string,
    options: ErrorOptions & {
      readonly retryAfterSeconds?: number;
      readonly isPublic?: boolean;
    } = {},
  ) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
    this.isPublic = options.isPublic ?? false;
  }
}

/** Stored bytes are not what their digest or signature says. Never retried, always alerted. */
export class IntegrityError extends PlatformError {
  readonly kind = "integrity";
  readonly name = "IntegrityError";
}

/** Code of the model's own failed on a row that keeps the contract. Retrying will not help. */
export class RoutineError extends PlatformError {
  readonly kind = "broken-code";
  readonly name = "RoutineError";
  readonly routine: string;

  constructor(routine: string, what: string, options: ErrorOptions = {}) {
    super(`routine ${routine} ${what}`, options);
    this.routine = routine;
  }
}

/** HTTP status for each kind of error. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  "unsupported-type": 415,
  "too-many-requests": 429,
  unavailable: 503,
  integrity: 503,
  "broken-code": 500,
};
