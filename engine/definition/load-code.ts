import type { ComputeRowFeature } from "../../core/definition/model-definition.ts";
import { IntegrityError } from "../../core/errors.ts";
import { sha256 } from "../sha256.ts";
import { runSandboxed, SANDBOX_MARK } from "./row-feature-sandbox.ts";

export type RowFeatureCode = Readonly<Record<string, ComputeRowFeature>>;

/** Modules are never unloaded, so the same bytes are imported once. */
const loaded = new Map<string, Promise<RowFeatureCode>>();

/**
 * The functions of a stored `code.mjs`, in the sandbox. Code of versions made before there was a
 * sandbox runs as it did then.
 *
 * @param wantedSha256 digest that the manifest or the definition names
 * @throws {IntegrityError} if the bytes have another digest, or are no module
 */
export async function loadCode(code: Uint8Array, wantedSha256: string): Promise<RowFeatureCode> {
  const found = sha256(code);
  if (found !== wantedSha256) {
    throw new IntegrityError(`code.mjs has sha-256 ${found}, its record says ${wantedSha256}`);
  }
  const known = loaded.get(found);
  if (known) return known;
  const module = importText(code);
  loaded.set(found, module);
  return module;
}

async function importText(code: Uint8Array): Promise<RowFeatureCode> {
  try {
    const text = new TextDecoder().decode(code);
    if (text.startsWith(SANDBOX_MARK)) return runSandboxed(text) as RowFeatureCode;
    const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    return (await import(url)) as RowFeatureCode;
  } catch (cause) {
    throw new IntegrityError(`code.mjs is no module that can be loaded: ${String(cause)}`, {
      cause,
    });
  }
}
