import { ConflictError, NotFoundError } from "../../core/errors.ts";
import type { VersionRecord } from "../../core/registry/records.ts";
import type { NewVersion, Registry } from "../../core/registry/registry.ts";
import { itemKeys, keysBelow } from "./keys.ts";
import {
  eventChange,
  nowText,
  type RegistryContext,
  recordOf,
  untilWritten,
} from "./registry-context.ts";

type VersionRecords = Pick<Registry, "reserveVersion" | "registerVersion" | "version" | "versions">;

export function versionRecords(context: RegistryContext): VersionRecords {
  const { items } = context;

  return {
    reserveVersion: (model, runId) =>
      untilWritten(async () => {
        const run = await items.get(itemKeys.run(model, runId));
        if (!run) throw new NotFoundError(`there is no run ${runId} of model ${model}`);
        if (run.version !== undefined) return run.version as number;

        const meta = await items.get(itemKeys.meta(model));
        const last = meta?.lastVersion as number | undefined;
        const version = (last ?? 0) + 1;
        const done = await items.write([
          {
            update: itemKeys.meta(model),
            set: { lastVersion: version },
            condition: { model, lastVersion: last },
          },
          {
            update: itemKeys.run(model, runId),
            set: { version },
            condition: { runId, version: undefined },
          },
          eventChange(context, {
            model,
            at: nowText(context),
            kind: "version-reserved",
            by: run.requestedBy as string,
            why: `run ${runId}: ${run.reason}`,
            subject: `version ${version}`,
          }),
        ]);
        return done ? version : undefined;
      }),

    registerVersion: (wanted, change) =>
      untilWritten(async () => {
        const number = await reservedBy(context, wanted);
        const key = itemKeys.version(wanted.model, number);
        const there = await items.get(key);
        if (there) return sameVersion(recordOf<VersionRecord>(there), wanted);

        const createdAt = nowText(context);
        const record = { ...wanted, version: number, createdAt, createdBy: change.by };
        const done = await items.write([
          { put: { ...key, ...record }, onlyIfNew: true },
          {
            check: itemKeys.run(wanted.model, wanted.runId),
            condition: { version: number },
          },
          eventChange(context, {
            model: wanted.model,
            at: createdAt,
            kind: wanted.status === "rejected" ? "version-rejected" : "version-registered",
            ...change,
            subject: `version ${number}`,
            to: wanted.status,
          }),
        ]);
        return done ? record : undefined;
      }),

    async version(model, version) {
      const item = await items.get(itemKeys.version(model, version));
      if (!item) throw new NotFoundError(`there is no version ${version} of model ${model}`);
      return recordOf<VersionRecord>(item);
    },

    async versions(model) {
      const range = keysBelow(itemKeys.meta(model), "VERSION#");
      const found = await items.list({ ...range, newestFirst: true });
      return found.map((item) => recordOf<VersionRecord>(item));
    },
  };
}

async function reservedBy(
  { items }: RegistryContext,
  { model, runId }: NewVersion,
): Promise<number> {
  const run = await items.get(itemKeys.run(model, runId));
  if (run?.version !== undefined) return run.version as number;
  throw new ConflictError(
    `run ${runId} of model ${model} has reserved no version number; call reserveVersion first`,
  );
}

function sameVersion(there: VersionRecord, wanted: NewVersion): VersionRecord {
  if (there.manifestSha256 === wanted.manifestSha256) return there;
  throw new ConflictError(
    `version ${there.version} of model ${there.model} is registered with manifest ${there.manifestSha256}, not ${wanted.manifestSha256}; a version never changes`,
  );
}
