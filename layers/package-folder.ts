import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Where a package of the lock file lies unpacked: in `node_modules`, or, for native code of a platform
 * that is not this machine's, in a cache that is filled from the npm registry and checked against
 * the lock file's integrity.
 *
 * @throws {Error} if the lock file lacks the package, `node_modules` has another version, or the
 *   downloaded bytes are not the locked ones.
 */
export function packageFolder(options: {
  readonly root: string;
  readonly name: string;
  readonly isPlatformSpecific: boolean;
}): string {
  const { root, name, isPlatformSpecific } = options;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const locked = lock.packages?.[`node_modules/${name}`];
  if (!locked) throw new Error(`package-lock.json has no ${name}; run npm install`);

  const installed = join(root, "node_modules", name);
  if (existsSync(installed)) {
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    if (version === locked.version) return installed;
    throw new Error(
      `node_modules has ${name} ${version}, the lock file ${locked.version}; run npm ci`,
    );
  }
  if (!isPlatformSpecific) throw new Error(`node_modules has no ${name}; run npm ci`);
  return downloaded(root, name, locked);
}

function downloaded(
  root: string,
  name: string,
  locked: { readonly version: string; readonly integrity: string },
): string {
  const cache = join(root, ".cache", "packages");
  const folder = join(cache, `${name.replace("/", "+")}@${locked.version}`);
  if (existsSync(folder)) return folder;

  mkdirSync(cache, { recursive: true });
  const spec = `${name}@${locked.version}`;
  const output = execFileSync("npm", ["pack", spec, "--json", "--pack-destination", cache], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const tarball = join(cache, JSON.parse(output)[0].filename);
  assertIntegrity(tarball, locked.integrity, spec);

  const unpacking = `${folder}.unpacking`;
  rmSync(unpacking, { recursive: true, force: true });
  mkdirSync(unpacking);
  execFileSync("tar", ["-xzf", tarball, "-C", unpacking, "--strip-components=1"]);
  rmSync(tarball);
  renameSync(unpacking, folder);
  return folder;
}

/** @param integrity subresource integrity, such as `sha512-…` in base64 */
export function assertIntegrity(path: string, integrity: string, spec: string): void {
  const algorithm = integrity.slice(0, integrity.indexOf("-"));
  const actual = createHash(algorithm).update(readFileSync(path)).digest("base64");
  if (`${algorithm}-${actual}` === integrity) return;
  rmSync(path);
  throw new Error(`${spec} is ${algorithm}-${actual}, the lock file says ${integrity}; not used`);
}
