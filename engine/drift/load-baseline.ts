import type { VersionBaseline } from "../../core/dataset/baseline.ts";
import type { LoadBaseline } from "../../core/drift/load-baseline.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { readChecked } from "../read-checked.ts";

/** Reads baselines of versions: the registry names the manifest's digest, and that the baseline's. */
export function baselineLoader(
  store: Pick<ObjectStore, "get">,
  registry: Pick<Registry, "version">,
): LoadBaseline {
  const read = async (key: string, sha256: string | undefined) =>
    storedJson(await readChecked(store, key, sha256), key);

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
