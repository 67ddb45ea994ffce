import type { StreamInput } from "./stream-schema.ts";

/** The stream itself, typed. It is checked when it is loaded (`parseStream`). */
export function defineStream(stream: StreamInput): StreamInput {
  return stream;
}
