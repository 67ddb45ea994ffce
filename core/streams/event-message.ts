import { z } from "zod";
import { MODEL_NAME } from "../definition/model-name.ts";
import { InvalidInputError } from "../errors.ts";
import { parseMessage } from "../run/parse-message.ts";

/** One message of the queue of events: events of one stream that came in together. */
export interface EventMessage {
  readonly stream: string;
  /** When the request came, milliseconds since 1970-01-01T00:00:00Z. */
  readonly receivedAtMs: number;
  /** As they were sent. */
  readonly events: readonly unknown[];
}

/** Largest message: SQS takes 256 KiB in every region and emulator. */
const MESSAGE_BYTES = 200_000;

/** XML 1.0 has no such characters and SQS takes none that XML has not; JSON may escape any. */
const NOT_IN_XML = /[\u{FFFE}\u{FFFF}\u{7F}]/gu;

const encoder = new TextEncoder();

/**
 * Bodies of as few messages as hold the events.
 *
 * @param texts JSON of each event, at most 100,000 bytes
 */
export function eventMessages(
  { stream, receivedAtMs }: Pick<EventMessage, "stream" | "receivedAtMs">,
  texts: readonly string[],
): readonly string[] {
  const head = `{"stream":${JSON.stringify(stream)},"receivedAtMs":${receivedAtMs},"events":[`;
  const bodies: string[] = [];
  let part: string[] = [];
  let bytes = head.length;
  const close = () => {
    if (part.length > 0) bodies.push(`${head}${part.join(",")}]}`);
    part = [];
    bytes = head.length;
  };
  for (const given of texts) {
    const text = given.replaceAll(NOT_IN_XML, escaped);
    const size = encoder.encode(text).byteLength + 1;
    if (bytes + size > MESSAGE_BYTES) close();
    part.push(text);
    bytes += size;
  }
  close();
  return bodies;
}

const escaped = (character: string) =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const messageSchema = z.object({
  // It becomes part of an object key.
  stream: z.string().regex(MODEL_NAME.pattern),
  receivedAtMs: z.int().nonnegative(),
  events: z.array(z.unknown()).min(1),
});

/** @throws {InvalidInputError} if the text is no such message. */
export function parseEventMessage(body: string): EventMessage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new InvalidInputError(`event message is no JSON: ${String(cause)}`, { cause });
  }
  return parseMessage(messageSchema, value);
}
