import { describe, expect, it } from "vitest";
import * as errors from "../../core/errors.ts";

/** What callers of the endpoint and `ErrorEquals` of the state machines rely on. */
const PUBLIC: readonly (readonly [
  new (message: string, options?: ErrorOptions) => errors.PlatformError,
  ...(readonly [name: string, kind: errors.ErrorKind, status: number]),
])[] = [
  [errors.InvalidInputError, "InvalidInputError", "invalid", 400],
  [errors.DataContractError, "DataContractError", "invalid", 400],
  [errors.UnauthorisedError, "UnauthorisedError", "unauthorised", 401],
  [errors.ForbiddenError, "ForbiddenError", "forbidden", 403],
  [errors.NotFoundError, "NotFoundError", "not-found", 404],
  [errors.ConflictError, "ConflictError", "conflict", 409],
  [errors.TooLargeError, "TooLargeError", "too-large", 413],
  [errors.UnsupportedTypeError, "UnsupportedTypeError", "unsupported-type", 415],
  [errors.UnavailableError, "UnavailableError", "unavailable", 503],
  [errors.IntegrityError, "IntegrityError", "integrity", 503],
];

describe("platform errors", () => {
  it.each(PUBLIC)("%o is called %s, of kind %s, answered with %i", (Class, name, kind, status) => {
    const cause = new Error("below");

    const error = new Class("what was wrong", { cause });

    expect(error).toBeInstanceOf(errors.PlatformError);
    expect(error).toMatchObject({ name, kind, message: "what was wrong", cause });
    expect(errors.HTTP_STATUS[error.kind]).toBe(status);
  });

  it("are all held to that", () => {
    const classes = Object.values(errors).filter((value) => typeof value === "function");

    // the base, and the two below
    expect(classes).toHaveLength(PUBLIC.length + 3);
  });

  it("tell who sends too much when to come again, as 429", () => {
    const error = new errors.TooManyRequestsError("send fewer", { retryAfterSeconds: 3 });

    expect(error).toBeInstanceOf(errors.PlatformError);
    expect(error).toMatchObject({ name: "TooManyRequestsError", retryAfterSeconds: 3 });
    expect(errors.HTTP_STATUS[error.kind]).toBe(429);
  });

  it("name the routine of a model that failed, as 500", () => {
    const cause = new Error("below");

    const error = new errors.RoutineError("preprocess", "threw", { cause });

    expect(error).toBeInstanceOf(errors.PlatformError);
    expect(error).toMatchObject({ name: "RoutineError", kind: "broken-code", cause });
    expect(error).toMatchObject({ message: "routine preprocess threw", routine: "preprocess" });
    expect(errors.HTTP_STATUS[error.kind]).toBe(500);
  });

  it("carry issues, waits and who may read them, with defaults", () => {
    const issues = [{ path: "a", message: "is wrong" }];

    expect(new errors.InvalidInputError("m").issues).toEqual([]);
    expect(new errors.InvalidInputError("m", { issues }).issues).toBe(issues);
    expect(new errors.UnavailableError("m")).toMatchObject({
      retryAfterSeconds: 1,
      isPublic: false,
    });
    expect(
      new errors.UnavailableError("m", { retryAfterSeconds: 9, isPublic: true }),
    ).toMatchObject({ retryAfterSeconds: 9, isPublic: true });
  });
});
