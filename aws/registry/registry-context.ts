import { InvalidInputError, UnavailableError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { AuditEvent } from "../../core/registry/records.ts";
import { itemKeys } from "./keys.ts";
import type { Item, ItemChange, RegistryItems } from "./registry-items.ts";

/** What every part of the registry works with. */
export interface RegistryContext {
  readonly items: RegistryItems;
  readonly clock: Clock;
  /** Gives an id that no other call gives, in this process or elsewhere. */
  readonly newId: () => string;
}

/** An instant as ISO 8601 with milliseconds in UTC, whose text order is its order in time. */
export const timeText = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds since 1970 of an instant. @throws {InvalidInputError} if the text is none. */
export function instantOf(text: string): number {
  const instant = Date.parse(text);
  if (!Number.isNaN(instant)) return instant;
  throw new InvalidInputError(
    `${JSON.stringify(text)} is no instant; give ISO 8601 such as 2026-01-31T12:00:00Z`,
  );
}

export const nowText = ({ clock }: RegistryContext): string => timeText(clock());

/** The audit event as part of the transaction whose change it tells of. */
export function eventChange(
  { newId }: RegistryContext,
  event: Omit<AuditEvent, "id">,
  id = newId(),
): ItemChange {
  return { put: { ...itemKeys.event(event.model, event.at, id), ...event, id }, onlyIfNew: true };
}

/** The record in an item: without its key and without what is none of the record's business. */
export function recordOf<Record>(item: Item, ...hidden: readonly string[]): Record {
  const left = new Set(["pk", "sk", ...hidden]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !left.has(name))) as Record;
}

/** As often as others may change what was read before it could be written; 20 at once need 20. */
const MAX_ATTEMPTS = 100;

/**
 * Reads, decides and writes until the write is not overtaken by another's.
 *
 * @param attempt gives its result, or `undefined` if what it had read was no longer true
 * @throws {UnavailableError} if it was overtaken a hundred times.
 */
export async function untilWritten<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new UnavailableError(`the registry changed ${MAX_ATTEMPTS} times meanwhile; try again`);
}
