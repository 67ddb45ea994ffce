import { InvalidInputError, type Issue } from "../errors.ts";

/** Most issues that one answer lists: a batch of rows that are all wrong is told so, not flooded. */
const MOST_ISSUES = 100;
/** Most issues that the one-line message repeats. */
const ISSUES_IN_MESSAGE = 5;

/** Collects what is wrong with an input, so that one answer names all of it. */
export interface IssueList {
  readonly add: (path: string, message: string) => void;
  /** True when as many issues are known as an answer lists: looking on is of no use. */
  readonly isFull: () => boolean;
  /** @throws {InvalidInputError} if there is any issue. */
  readonly throwIfAny: () => void;
}

export function issueList(): IssueList {
  const issues: Issue[] = [];
  const isFull = () => issues.length >= MOST_ISSUES;
  return {
    add: (path, message) => {
      if (!isFull()) issues.push({ path, message });
    },
    isFull,
    throwIfAny: () => {
      if (issues.length > 0) throw new InvalidInputError(messageOf(issues), { issues });
    },
  };
}

function messageOf(issues: readonly Issue[]): string {
  const lines = issues.slice(0, ISSUES_IN_MESSAGE).map(({ path, message }) => `${path} ${message}`);
  const rest = issues.length - lines.length;
  return `request is wrong: ${lines.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
}
