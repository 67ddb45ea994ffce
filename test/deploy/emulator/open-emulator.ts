import { ministackPython } from "./ministack-venv.ts";
import { type Emulator, startMinistack } from "./start-ministack.ts";

interface EmulatorOptions {
  /** Of the repository. */
  readonly root: string;
  /** Takes the log of an emulator that is started. */
  readonly folder: string;
}

/**
 * What AWS_ENDPOINT_URL names, or MiniStack.
 *
 * @returns `undefined` where there is neither, having said so
 */
export async function openEmulator({
  root,
  folder,
}: EmulatorOptions): Promise<Emulator | undefined> {
  const given = process.env.AWS_ENDPOINT_URL;
  if (given) return { url: emulatorUrl(given), stop: async () => {} };
  let python: string;
  try {
    python = ministackPython(root);
  } catch (error) {
    console.error(`not run: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  return startMinistack({ python, folder });
}

/** @throws {Error} for AWS itself: the test deploys, breaks and removes stacks */
function emulatorUrl(given: string): string {
  if (/\b(amazonaws|api\.aws)\b/.test(new URL(given).hostname)) {
    throw new Error(`AWS_ENDPOINT_URL is ${given}; this test is for emulators only`);
  }
  return given;
}
