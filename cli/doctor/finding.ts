/** `warning`: look at it by day. `wrong`: something does not work, or soon will not. */
export type State = "ok" | "warning" | "wrong";

/** What was found of one thing. */
export interface Verdict {
  readonly state: State;
  readonly found: string;
  /** What to do; of everything that is not ok. */
  readonly advice?: string;
}

export interface Finding extends Verdict {
  /** Name of the check. */
  readonly check: string;
}

/** Looks at one thing, or at several of a kind. What it throws is a finding too. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<Verdict | readonly Verdict[]>;
}

export const ok = (found: string): Verdict => ({ state: "ok", found });

export const warning = (found: string, advice: string): Verdict => ({
  state: "warning",
  found,
  advice,
});

export const wrong = (found: string, advice: string): Verdict => ({
  state: "wrong",
  found,
  advice,
});

/** Where a runbook lies in the repository, as advice ends with it. */
export const seeRunbook = (name: string): string => `see docs/runbooks/${name}.md`;

/** Makes every check, one after another; one that fails keeps none of the others from being made. */
export async function examine(checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    const verdicts = await look().catch(unlooked);
    for (const verdict of [verdicts].flat()) findings.push({ check: name, ...verdict });
  }
  return findings;
}

/** Whether a person must do something. */
export const isSound = (findings: readonly Finding[]): boolean =>
  findings.every(({ state }) => state !== "wrong");

/** What it means that a check could not be made. */
function unlooked(thrown: unknown): Verdict {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const text = `${name}: ${message}`;
  if (/AccessDenied|not authorized|Forbidden|UnauthorizedOperation/i.test(text)) {
    return wrong(
      `not allowed to look: ${message}`,
      "give the identity that you use the action that the message names; doctor reads and changes nothing",
    );
  }
  if (/ExpiredToken|CredentialsProviderError|InvalidClientTokenId/.test(text)) {
    return wrong(
      `no valid AWS credentials: ${message}`,
      "sign in again, or choose another AWS_PROFILE",
    );
  }
  return wrong(`could not be looked at: ${text}`, "make it reachable, then ask again");
}
