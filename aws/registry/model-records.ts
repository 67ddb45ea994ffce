import { NotFoundError } from "../../core/errors.ts";
import type { ModelRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { itemKeys } from "./keys.ts";
import {
  eventChange,
  nowText,
  type RegistryContext,
  recordOf,
  untilWritten,
} from "./registry-context.ts";
import type { Item } from "./registry-items.ts";

type ModelRecords = Pick<Registry, "deployDefinition" | "model" | "models">;

/** Sorts after every name of a model, which are lower-case ASCII. */
const AFTER_NAMES = "~";

export function modelRecords(context: RegistryContext): ModelRecords {
  const { items } = context;
  return {
    deployDefinition: (record, change) =>
      untilWritten(async () => {
        const { model, owner, description, definitionDigest } = record;
        const current = await items.get(itemKeys.meta(model));
        if (current && isSame(current, record)) return DONE;

        const updatedAt = nowText(context);
        const written = { model, owner, description, definitionDigest, updatedAt };
        const from = current?.definitionDigest as string | undefined;
        const done = await items.write([
          {
            update: itemKeys.meta(model),
            set: written,
            condition: { definitionDigest: from, updatedAt: current?.updatedAt },
          },
          { put: { ...itemKeys.listed(model), ...written } },
          eventChange(context, {
            model,
            at: updatedAt,
            kind: "definition-deployed",
            ...change,
            subject: `definition ${definitionDigest}`,
            ...(from !== undefined && { from }),
            to: definitionDigest,
          }),
        ]);
        return done ? DONE : undefined;
      }).then(() => undefined),

    async model(model) {
      const item = await items.get(itemKeys.meta(model));
      if (!item) throw new NotFoundError(`there is no model ${model}; deploy its definition first`);
      return recordOf<ModelRecord>(item, "lastVersion");
    },

    async models() {
      const { pk } = itemKeys.listed("");
      const listed = await items.list({ pk, from: " ", to: AFTER_NAMES });
      return listed.map((item) => recordOf<ModelRecord>(item));
    },
  };
}

const DONE = true;

const isSame = (item: Item, record: Omit<ModelRecord, "updatedAt">) =>
  item.definitionDigest === record.definitionDigest &&
  item.owner === record.owner &&
  item.description === record.description;
