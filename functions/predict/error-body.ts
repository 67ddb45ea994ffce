import type { ErrorBodyOf } from "../middleware/http-errors.ts";

/** Of the protocols whose errors have one member, text: Open Inference Protocol, KServe V1. */
const TEXT_ERRORS = /^\/v[12](\/|$)/;

export const isTextError = (path: string): boolean => TEXT_ERRORS.test(path);

/** Errors as the protocol of the path says them. */
export const errorBody: ErrorBodyOf = ({ rawPath }, error) =>
  isTextError(rawPath) ? { error: error.message } : error;
