import type { StreamDefinition } from "../definition/stream-schema.ts";
import { InvalidInputError, type Issue, TooLargeError } from "../errors.ts";
import type { EventValue, StreamEvent } from "../features/feature-store.ts";
import { type FieldReader, fieldReader } from "../inference/field-reader.ts";
import { shortened, shownValue } from "../shown-value.ts";

/** Most events of one request. */
export const MOST_EVENTS = 1_000;

/** How far a sender's clock may be ahead of this platform's. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Most bytes of one event as JSON: it must fit into a message of the queue. */
export const MOST_EVENT_BYTES = 100_000;

/** Longest id, in UTF-16 code units. */
const LONGEST_ID = 256;

/** Most issues that the answer lists of one event. */
const MOST_ISSUES = 10;

/** An event that breaks the stream's declaration. */
export interface RejectedEvent {
  /** Place in the request, from 0. */
  readonly index: number;
  /** As it was sent, shortened; absent where it is no text. */
  readonly id?: string;
  readonly issues: readonly Issue[];
}

/** An event that is taken: as it was sent, and as the stream's state holds it. */
export interface AcceptedEvent {
  readonly event: StreamEvent;
  /** Its JSON, to be sent on. */
  readonly text: string;
}

export interface ParsedEvents {
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
}

/**
 * Checks events against their stream, each for itself.
 *
 * @param nowMs milliseconds since 1970; an event may be at most 5 minutes later, and as old as it likes
 */
export type ParseEvents = (events: readonly unknown[], nowMs: number) => ParsedEvents;

interface CompiledField extends FieldReader {
  readonly name: string;
  readonly required: boolean;
}

/** Compiles the checks of a stream's events once; the result is called for each request. */
export function eventParser(stream: StreamDefinition): ParseEvents {
  const fields = Object.entries(stream.fields).map(
    ([name, field]): CompiledField => ({
      name,
      required: field.required,
      ...fieldReader({ name, ...field }),
    }),
  );
  const reading: Reading = { stream, fields, names: new Set([stream.id, ...fields.map(nameOf)]) };

  return (events, nowMs) => {
    const accepted: AcceptedEvent[] = [];
    const rejected: RejectedEvent[] = [];
    for (const [index, given] of events.entries()) {
      const found = readEvent(reading, given, nowMs);
      if ("event" in found) accepted.push(found);
      else rejected.push({ index, ...found, issues: found.issues.slice(0, MOST_ISSUES) });
    }
    return { accepted, rejected };
  };
}

const nameOf = ({ name }: CompiledField): string => name;

/**
 * The events of a request's body.
 *
 * @throws {InvalidInputError} if the body is not `{"events": […]}` with at least one event.
 * @throws {TooLargeError} on more than 1,000 events.
 */
export function eventsOf(body: unknown): readonly unknown[] {
  if (!isObject(body)) {
    throw new InvalidInputError(
      `request must be an object with a list of events, got ${shownValue(body)}`,
    );
  }
  const unknown = Object.keys(body).find((key) => key !== "events");
  if (unknown !== undefined) {
    throw new InvalidInputError(
      `request has unknown field ${shortened(unknown)}; the only field is events`,
    );
  }
  const { events } = body;
  if (!Array.isArray(events) || events.length === 0) {
    const got = Array.isArray(events) ? "an empty list" : shownValue(events);
    throw new InvalidInputError(`events must be a list of at least one event, got ${got}`);
  }
  if (events.length > MOST_EVENTS) {
    throw new TooLargeError(
      `request has ${events.length} events; send at most ${MOST_EVENTS} at once`,
    );
  }
  return events;
}

interface Reading {
  readonly stream: StreamDefinition;
  readonly fields: readonly CompiledField[];
  /** What an event may have. */
  readonly names: ReadonlySet<string>;
}

type Found = AcceptedEvent | Omit<RejectedEvent, "index">;

function readEvent({ stream, fields, names }: Reading, given: unknown, nowMs: number): Found {
  if (!isObject(given)) {
    return { issues: [{ path: "", message: `must be an object, got ${shownValue(given)}` }] };
  }
  const issues: Issue[] = [];
  const id = readId(stream, given, issues);
  const values: Record<string, EventValue> = {};
  for (const field of fields) values[field.name] = readField(field, given, issues);
  for (const key of Object.keys(given)) {
    if (names.has(key) || issues.length >= MOST_ISSUES) continue;
    const message = `is not a field of the stream; its fields are ${[...names].join(", ")}`;
    issues.push({ path: shortened(key), message });
  }
  const timeMs = values[stream.eventTime];
  if (typeof timeMs === "number" && timeMs > nowMs + CLOCK_SKEW_MS) {
    issues.push({ path: stream.eventTime, message: inTheFuture(timeMs, nowMs) });
  }
  const text = JSON.stringify(given);
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MOST_EVENT_BYTES) {
    const message = `the event has ${bytes} bytes; an event has at most ${MOST_EVENT_BYTES}`;
    issues.push({ path: "", message });
  }
  if (issues.length > 0) return { ...(id !== undefined && { id: shortened(id) }), issues };
  return { event: { id: id as string, timeMs: timeMs as number, values }, text };
}

/** Text of the event's id; whole numbers are taken where the stream declares the id as such. */
function readId(
  { id: name, fields }: StreamDefinition,
  given: Readonly<Record<string, unknown>>,
  issues: Issue[],
): string | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (fields[name]?.type === "integer" && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "string" || value === "") {
    const message = `must be text that tells the event apart, got ${shownValue(value)}`;
    issues.push({ path: name, message });
    return undefined;
  }
  if (value.length > LONGEST_ID) {
    const message = `must have at most ${LONGEST_ID} characters, got ${value.length}`;
    issues.push({ path: name, message });
  } else if (!value.isWellFormed()) {
    issues.push({ path: name, message: NOT_UNICODE });
  }
  return value;
}

function readField(
  { name, required, problem, read }: CompiledField,
  given: Readonly<Record<string, unknown>>,
  issues: Issue[],
): EventValue {
  // Own members only: a missing field named "constructor" must not be found on the prototype.
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (value === null || value === undefined) {
    if (required) issues.push({ path: name, message: `is required, got ${shownValue(value)}` });
    return null;
  }
  const wrong = problem(value) ?? unicodeProblem(value);
  if (wrong === undefined) return read(value);
  issues.push({ path: name, message: wrong });
  return null;
}

const NOT_UNICODE = "has half a character, a lone surrogate; send whole Unicode characters";

const unicodeProblem = (value: unknown): string | undefined =>
  typeof value === "string" && !value.isWellFormed() ? NOT_UNICODE : undefined;

function inTheFuture(timeMs: number, nowMs: number): string {
  const [time, now] = [timeMs, nowMs].map((ms) => new Date(ms).toISOString());
  return `is ${time}, more than 5 minutes after now (${now}); send events when they have happened, and set the sender's clock`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
