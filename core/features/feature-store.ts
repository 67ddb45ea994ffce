import type { StreamDefinition } from "../definition/stream-schema.ts";

/** A value of an event's field; times are milliseconds since 1970-01-01T00:00:00Z. null is missing. */
export type EventValue = number | string | boolean | null;

/** One event of a stream, checked against its fields. */
export interface StreamEvent {
  /** The same id at the same time is the same event. */
  readonly id: string;
  /** Of the stream's event time, in whole milliseconds since 1970-01-01T00:00:00Z. */
  readonly timeMs: number;
  /** By name of the stream's field. */
  readonly values: Readonly<Record<string, EventValue>>;
}

/** What is asked for: one feature of one entity at one time. */
export interface FeatureRequest {
  /** May hold fewer features than the stream has, or an earlier form of one. */
  readonly stream: StreamDefinition;
  readonly featureName: string;
  /** Values of the entity's fields, in the order of `feature.entity`. */
  readonly key: readonly (string | number | boolean)[];
  /** Time of the row, in milliseconds. Events that were not known then do not count. */
  readonly atMs: number;
}

/** The value as it is offline, or why it cannot be had. */
export type FeatureAnswer =
  | { readonly value: number | string | null }
  | { readonly unavailable: string };

/** What came of events that were added. */
export interface AddedEvents {
  readonly added: number;
  /** Those that were there already. */
  readonly duplicates: number;
  /** Earlier than the stream's `allowedLateness` lets the state of an entity change. */
  readonly tooLate: number;
}

/** The state of entities that features are computed from online. */
export interface FeatureStore {
  /**
   * The values, in the order of the requests: one BatchGetItem as long as they need no more than 100
   * items.
   *
   * @throws {UnavailableError} if the store does not answer.
   */
  read(requests: readonly FeatureRequest[]): Promise<readonly FeatureAnswer[]>;

  /**
   * Adds events, in any order, each once however often it is given.
   *
   * @throws {UnavailableError} if the store does not answer; events given again then are no harm.
   */
  add(stream: StreamDefinition, events: readonly StreamEvent[]): Promise<AddedEvents>;

  /**
   * Declares that the state of a stream holds every event from this time on, so that windows that begin
   * later can be answered, for entities without any event too. A later time never replaces an earlier.
   */
  setCompleteFrom(stream: StreamDefinition, timeMs: number): Promise<void>;
}
