import type { ErrorBodyOf } from "../middleware/http-errors.ts";

/** Paths of the protocols whose errors have one member, text: Open Inference Protocol, KServe V1. */
const TEXT_ERRORS = /^\/v[12](\/|$)/;

/** Errors as the protocol of the path says them. */
export const errorBody: ErrorBodyOf = ({ rawPath }, error) =>
  TEXT_ERRORS.test(rawPath) ? { error: error.message } : error;
