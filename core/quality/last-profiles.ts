import { z } from "zod";
import type { Profile } from "../dataset/baseline.ts";
import { parseStored } from "../stored-json.ts";

const profile = z.custom<Profile>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Array.isArray((value as Partial<Profile>).counts) &&
    ["number", "category"].includes(String((value as Partial<Profile>).kind)),
  "is no profile",
);

const baselineSchema = z.object({ features: z.record(z.string(), profile) });

/** Profiles of the inputs of a stored dataset, by name. @throws {IntegrityError} if it is damaged. */
export const lastProfiles = (bytes: Uint8Array): Readonly<Record<string, Profile>> =>
  parseStored(baselineSchema, bytes, "baseline of the last dataset").features;
