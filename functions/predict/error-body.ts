import type { ErrorBodyOf } from "../middleware/http-errors.ts";

/** Errors as the protocol of the path says them: Open Inference Protocol has one member, text. */
export const errorBody: ErrorBodyOf = ({ rawPath }, error) =>
  rawPath === "/v2" || rawPath.startsWith("/v2/") ? { error: error.message } : error;
