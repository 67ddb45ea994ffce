import { InvalidInputError } from "../../core/errors.ts";
import type { AuditEvent } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { itemKeys, keysBelow } from "./keys.ts";
import {
  eventChange,
  instantOf,
  nowText,
  type RegistryContext,
  recordOf,
  timeText,
} from "./registry-context.ts";

type AuditEvents = Pick<Registry, "record" | "events">;

/** Events of one answer where the caller names no number. */
const DEFAULT_LIMIT = 100;

export function auditEvents(context: RegistryContext): AuditEvents {
  const { items } = context;
  return {
    async record(event, identity) {
      const { id, at } = identity ?? { id: context.newId(), at: nowText(context) };
      // Refused where the very same one stands already: then there is nothing to do.
      await items.write([eventChange(context, { ...event, at: timeText(instantOf(at)) }, id)]);
    },

    async events(model, limit = DEFAULT_LIMIT) {
      if (!Number.isInteger(limit) || limit < 1) {
        throw new InvalidInputError(`limit is ${limit}; it must be a whole number of at least 1`);
      }
      const range = keysBelow(itemKeys.meta(model), "EVENT#");
      const found = await items.list({ ...range, newestFirst: true, limit });
      return found.map((item) => recordOf<AuditEvent>(item));
    },
  };
}
