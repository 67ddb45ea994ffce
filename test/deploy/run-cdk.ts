import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { cloudEnvironment } from "./cloud.ts";

export interface CdkResult {
  readonly status: number;
  /** What it wrote, to either stream. */
  readonly text: string;
}

/** Runs the CDK's command; resolves however it ends. */
export type Cdk = (...words: readonly string[]) => Promise<CdkResult>;

interface CdkOptions {
  readonly root: string;
  readonly endpoint: string;
  /** Takes `cdk.log`. */
  readonly folder: string;
  /** Kills the command when it is aborted. */
  readonly signal: AbortSignal;
}

/** No command of this test takes a tenth of it. */
const LIMIT_MS = 240_000;

/** The project's own `cdk`, on the project's own app. */
export function cdkCommand({ root, endpoint, folder, signal }: CdkOptions): Cdk {
  const cdk = join(root, "node_modules", ".bin", "cdk");
  const logFile = join(folder, "cdk.log");
  return async (...words) => {
    const child = spawn(process.execPath, [cdk, "--no-color", "--no-notices", ...words], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
      env: {
        ...process.env,
        ...cloudEnvironment(endpoint),
        CI: "true",
        CDK_DISABLE_CLI_TELEMETRY: "true",
      },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    const [status] = await once(child, "close");
    appendFileSync(logFile, `\n$ cdk ${words.join(" ")}\n${text}\nexit ${status}\n`);
    return { status, text };
  };
}

/** @throws {Error} with the end of what the command wrote, unless it exited with 0 */
export function succeeded({ status, text }: CdkResult): string {
  if (status === 0) return text;
  throw new Error(`cdk exited with ${status}: ${text.trimEnd().split("\n").slice(-15).join("\n")}`);
}
