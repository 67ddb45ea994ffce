import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** The one container of a task definition, references filled in. */
export interface ContainerDefinition {
  readonly Name: string;
  readonly EntryPoint: readonly string[];
  readonly Command: readonly string[];
  readonly Environment: readonly Variable[];
}

interface Variable {
  readonly Name: string;
  readonly Value: string;
}

/** What Fargate gives to a container, and what stands for AWS on this machine. */
export interface ContainerSurroundings {
  /** Stands for the container's `/tmp`. */
  readonly folder: string;
  readonly s3: string;
  readonly credentials: { readonly url: string; readonly token: string };
  /** What a run adds: `ContainerOverrides[].Environment` of `ecs:RunTask`. */
  readonly overrides: readonly Variable[];
}

export interface RunningContainer {
  readonly process: ChildProcess;
  /** Lines of its log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Resolves when the log has a line with such an outcome, or the container ended without. */
  readonly logged: (outcome: string) => Promise<void>;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/**
 * Starts a container's command line, with its variables and no others, on this machine. The image's
 * `node` is the one that runs this; folders below `/tmp` are in a folder of the run.
 */
export function startContainer(
  { EntryPoint, Command, Environment }: ContainerDefinition,
  { folder, s3, credentials, overrides }: ContainerSurroundings,
): RunningContainer {
  const [program, ...first] = EntryPoint;
  if (program !== "node") throw new Error(`the container runs ${program}, not node`);
  mkdirSync(folder, { recursive: true });
  const variables = [...Environment, ...overrides].map(({ Name, Value }) => [
    Name,
    Value.startsWith("/tmp/") ? join(folder, Value.slice("/tmp/".length)) : Value,
  ]);
  const child = spawn(process.execPath, [...first, ...Command], {
    cwd: folder,
    env: {
      ...Object.fromEntries(variables),
      TMPDIR: folder,
      AWS_ENDPOINT_URL_S3: s3,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: credentials.token,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const log: Readonly<Record<string, unknown>>[] = [];
  const ended = once(child, "close").then(([code, signal]) => signal ?? code);
  const listeners = new Set<() => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    log.push(...lines.map((line) => JSON.parse(line)));
    for (const listener of listeners) listener();
  });
  const logged = (wanted: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => log.some(({ outcome }) => outcome === wanted) && resolve();
    listeners.add(look);
    look();
    return Promise.race([promise, ended.then(() => {})]);
  };
  return { process: child, log, logged, ended };
}
