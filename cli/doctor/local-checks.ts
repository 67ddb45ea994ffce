import { type Check, ok, seeRunbook, type Verdict, warning, wrong } from "./finding.ts";

/** What doctor asks of this machine. Each may throw: what it says is the finding. */
export interface LocalProbes {
  /** Such as `24.21.0`. */
  readonly nodeVersion: () => string;
  /** Path or address of the DynamoDB-compatible server that the platform would use. */
  readonly registryServer: () => string;
  readonly home: () => Promise<{ readonly path: string; readonly isWritable: boolean }>;
  readonly freeDiskBytes: () => Promise<number>;
  readonly models: () => Promise<readonly string[]>;
  /** Asks the platform; throws where nobody answers. */
  readonly platform: () => Promise<{ readonly url: string; readonly models: number }>;
  readonly endpoint: () => Promise<{ readonly status: number; readonly body: string }>;
  readonly queue: () => Promise<{
    readonly waitingBytes: number;
    readonly deadLetters: number;
    readonly deadLettersPath: string;
  }>;
  /** Of the last day, newest first. */
  readonly criticalAlerts: () => Promise<
    readonly { readonly at: string; readonly subject: string; readonly runbook?: string }[]
  >;
}

const NODE_MAJOR = 24;
const GB = 1e9;
/** A run of three million rows writes some 200 MB beside DuckDB's own files. */
const LEAST_FREE_BYTES = GB;
const LITTLE_FREE_BYTES = 5 * GB;
/** Some minutes of a busy endpoint. */
const LONG_QUEUE_BYTES = 64e6;

/** Looks at what the platform needs here, and then at the platform. */
export const localChecks = (probes: LocalProbes): readonly Check[] => [
  { name: "node", look: async () => node(probes) },
  { name: "registry server", look: async () => registryServer(probes) },
  { name: "home", look: () => home(probes) },
  { name: "disk", look: () => disk(probes) },
  { name: "models", look: () => models(probes) },
  { name: "platform", look: () => platform(probes) },
  { name: "endpoint", look: () => endpoint(probes) },
  { name: "prediction log", look: () => queue(probes) },
  { name: "alerts", look: () => alerts(probes) },
];

function node({ nodeVersion }: LocalProbes): Verdict {
  const version = nodeVersion();
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return ok(`Node ${version}`);
  return wrong(
    `Node ${version} runs no TypeScript by itself as Millrace needs it`,
    `npm ci brings Node ${NODE_MAJOR}, and npm scripts use it; for the command, npx node cli/millrace.ts`,
  );
}

function registryServer(probes: LocalProbes): Verdict {
  try {
    return ok(probes.registryServer());
  } catch (error) {
    return wrong((error as Error).message, "without one the platform does not start");
  }
}

async function home(probes: LocalProbes): Promise<Verdict> {
  const { path, isWritable } = await probes.home();
  if (isWritable) return ok(path);
  return wrong(
    `${path} cannot be written`,
    "make it yours (chown), or choose another folder by MILLRACE_HOME",
  );
}

async function disk({ freeDiskBytes }: LocalProbes): Promise<Verdict> {
  const bytes = await freeDiskBytes();
  const found = `${(bytes / GB).toFixed(1)} GB free`;
  if (bytes < LEAST_FREE_BYTES) return wrong(found, "make room: runs and the prediction log fail");
  if (bytes < LITTLE_FREE_BYTES) return warning(found, "make room before the next large run");
  return ok(found);
}

async function models(probes: LocalProbes): Promise<Verdict> {
  try {
    const names = await probes.models();
    if (names.length > 0) return ok(names.join(", "));
    return warning("no folder with a model.ts", "write one: see docs/add-a-model.md");
  } catch (error) {
    return wrong((error as Error).message, "correct it: the platform does not start otherwise");
  }
}

async function platform(probes: LocalProbes): Promise<Verdict> {
  try {
    const { url } = await probes.platform();
    return ok(`it answers at ${url}`);
  } catch (error) {
    return wrong((error as Error).message, "if it listens elsewhere, name it with --url");
  }
}

async function endpoint(probes: LocalProbes): Promise<Verdict> {
  const { status, body } = await probes.endpoint();
  if (status === 200) return ok("predictions can be asked for");
  return wrong(
    `predictions: ${status}: ${body.slice(0, 200)}`,
    "look for the request's id in log.jsonl of the home",
  );
}

async function queue(probes: LocalProbes): Promise<readonly Verdict[]> {
  const { waitingBytes, deadLetters, deadLettersPath } = await probes.queue();
  const waiting = `${(waitingBytes / 1e6).toFixed(1)} MB of logged predictions in the queue`;
  return [
    waitingBytes > LONG_QUEUE_BYTES
      ? warning(waiting, "they are not written to files: look for errors in log.jsonl of the home")
      : ok(waiting),
    deadLetters > 0
      ? wrong(`${deadLetters} dead letters in ${deadLettersPath}`, seeRunbook("dead-letters"))
      : ok("no dead letters"),
  ];
}

async function alerts(probes: LocalProbes): Promise<readonly Verdict[]> {
  const found = await probes.criticalAlerts();
  if (found.length === 0) return [ok("no critical alert within a day")];
  return found.map(({ at, subject, runbook }) =>
    warning(`${at}: ${subject}`, runbook === undefined ? "see the console" : `see ${runbook}`),
  );
}
