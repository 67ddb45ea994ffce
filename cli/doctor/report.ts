import { type Finding, isSound, type State } from "./finding.ts";

const MARKS: Readonly<Record<State, string>> = { ok: "ok", warning: "look", wrong: "WRONG" };

/** Findings as text: a line each, under it what to do, and a last line that sums up. */
export function doctorReport(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, found, advice }) => {
    const line = `${MARKS[state].padEnd(6)} ${check.padEnd(width)}  ${found}`;
    return advice === undefined ? [line] : [line, `${" ".repeat(width + 9)}-> ${advice}`];
  });
  const count = (state: State) => findings.filter((finding) => finding.state === state).length;
  const summary = isSound(findings)
    ? `nothing is wrong; ${count("warning")} to look at`
    : `${count("wrong")} wrong, ${count("warning")} to look at`;
  return [...lines, "", summary].join("\n");
}
