import { NotFoundError } from "../../core/errors.ts";
import type {
  BackfillRecord,
  FeatureRecord,
  StreamChange,
  StreamRecord,
} from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { itemKeys, keysBelow } from "./keys.ts";
import { nowText, type RegistryContext, recordOf, untilWritten } from "./registry-context.ts";
import type { ItemChange } from "./registry-items.ts";

type StreamRecords = Pick<
  Registry,
  "deployStream" | "stream" | "streams" | "recordBackfill" | "streamChanges"
>;

/** Sorts after every name of a stream, which are lower-case ASCII. */
const AFTER_NAMES = "~";

export function streamRecords(context: RegistryContext): StreamRecords {
  const { items } = context;
  const find = async (stream: string): Promise<StreamRecord | undefined> => {
    const item = await items.get(itemKeys.stream(stream));
    return item && recordOf<StreamRecord>(item);
  };
  const known = async (stream: string): Promise<StreamRecord> => {
    const record = await find(stream);
    if (record) return record;
    throw new NotFoundError(`there is no stream ${stream}; deploy its definition first`);
  };

  return {
    stream: known,

    deployStream: ({ stream, owner, description, definitionDigest, features: declared }, change) =>
      untilWritten(async () => {
        const before = await find(stream);
        const updatedAt = nowText(context);
        const features = sinceWhen(declared, before?.features ?? {}, updatedAt);
        const written = { stream, owner, description, definitionDigest, features, updatedAt };
        if (before && isSame(before, written)) return true;
        const from = before?.definitionDigest;
        return doneIf(
          await items.write([
            {
              update: itemKeys.stream(stream),
              set: written,
              condition: { definitionDigest: from, updatedAt: before?.updatedAt },
            },
            streamChange(context, {
              ...{ stream, at: updatedAt, kind: "stream-deployed", ...change },
              subject: `definition ${definitionDigest}`,
              ...(from !== undefined && { from }),
              to: definitionDigest,
            }),
          ]),
        );
      }).then(() => undefined),

    async streams() {
      const { pk } = itemKeys.stream("");
      const listed = await items.list({ pk, from: " ", to: AFTER_NAMES });
      return listed.map((item) => recordOf<StreamRecord>(item));
    },

    recordBackfill: (stream, given, change) =>
      untilWritten(async () => {
        const before = await known(stream);
        const at = nowText(context);
        const backfill: BackfillRecord = { ...given, at, by: change.by };
        return doneIf(
          await items.write([
            {
              update: itemKeys.stream(stream),
              set: { backfill },
              condition: { stream, updatedAt: before.updatedAt },
            },
            streamChange(context, {
              ...{ stream, at, kind: "stream-backfilled", ...change },
              subject: `definition ${given.definitionDigest}`,
              ...(before.backfill && { from: before.backfill.completeFrom }),
              to: given.completeFrom,
            }),
          ]),
        );
      }).then(() => undefined),

    async streamChanges(stream) {
      const range = keysBelow(itemKeys.streamChange(stream, "", ""), "EVENT#");
      const found = await items.list({ ...range, newestFirst: true });
      return found.map((item) => recordOf<StreamChange>(item));
    },
  };
}

/** What `untilWritten` ends at. */
const doneIf = (isWritten: boolean): true | undefined => (isWritten ? true : undefined);

function streamChange({ newId }: RegistryContext, event: Omit<StreamChange, "id">): ItemChange {
  const id = newId();
  return {
    put: { ...itemKeys.streamChange(event.stream, event.at, id), ...event, id },
    onlyIfNew: true,
  };
}

function sinceWhen(
  declared: Readonly<Record<string, { readonly owner: string }>>,
  before: Readonly<Record<string, FeatureRecord>>,
  now: string,
): Readonly<Record<string, FeatureRecord>> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, { owner }]) => [
      name,
      { owner, since: before[name]?.since ?? now },
    ]),
  );
}

/** The digest is of everything that a definition says, owners included. */
const isSame = (before: StreamRecord, now: StreamRecord): boolean =>
  before.definitionDigest === now.definitionDigest;
