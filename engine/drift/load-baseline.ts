import type { VersionBaseline } from "../../core/dataset/baseline.ts";
import type { LoadBaseline } from "../../core/drift/load-baseline.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { sha256 } from "../sha256.ts";

/** Reads baselines of versions: the registry names the manifest's digest, and that the baseline's. */
export function baselineLoader(
  store: Pick<ObjectStore, "get">,
  registry: Pick<Registry, "version">,
): LoadBaseline {
  const read = async (key: string, expected: string | undefined): Promise<unknown> => {
    const bytes = await store.get(key);
    const found = sha256(bytes);
    if (found !== expected) {
      throw new IntegrityError(`${key} has sha-256 ${found}, its record says ${expected}`);
    }
    return JSON.parse(new TextDecoder().decode(bytes));
  };

  return async (model, version) => {
    const folder = storageKeys.version(model, version);
    const { manifestSha256 } = await registry.version(model, version);
    const manifest = (await read(
      `${folder}/${versionFiles.manifest}`,
      manifestSha256,
    )) as VersionManifest;
    const file = manifest.files[versionFiles.baseline];
    return (await read(`${folder}/${versionFiles.baseline}`, file?.sha256)) as VersionBaseline;
  };
}
