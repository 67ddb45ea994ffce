import { z } from "zod";
import { parseMessage } from "../run/parse-message.ts";

/** Word that an object came to lie in the store. */
export interface ObjectNotice {
  readonly id: string;
  readonly key: string;
  /** When it came, ISO 8601. */
  readonly at: string;
}

/**
 * What is read of S3's event. The key is the object's own: only notifications that S3 sends to a queue by
 * itself have it URL-encoded.
 *
 * Source: "EventBridge event message structure", Amazon S3 user guide.
 */
const objectCreated = z.object({
  time: z.iso.datetime(),
  detail: z.object({ object: z.object({ key: z.string().min(1) }) }),
});

/**
 * S3's event out of a queued message.
 *
 * @param id of the message
 * @throws {SyntaxError} on what is no JSON
 * @throws {InvalidInputError} on another event
 */
export function objectNotice(id: string, body: string): ObjectNotice {
  const { time, detail } = parseMessage(objectCreated, JSON.parse(body));
  return { id, key: detail.object.key, at: time };
}
