/** A statement of a role's policy, its references filled in. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a caller asks a service to do. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Condition keys with their values, such as `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** One action on one resource of a statement. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** What statements allow, one action and resource each. */
export function grantsOf(statements: readonly Statement[]): readonly Grant[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => ({ action, resource }))),
    );
}

/**
 * Whether a role's own policy allows something: a statement does, and none denies it.
 *
 * Source: "Policy evaluation logic", AWS Identity and Access Management user guide.
 */
export function isAllowed(statements: readonly Statement[], asked: Asked): boolean {
  const matching = statements.filter((statement) => matches(statement, asked));
  return (
    matching.some(({ Effect }) => Effect === "Allow") &&
    !matching.some(({ Effect }) => Effect === "Deny")
  );
}

/** Whether a grant is what allows something. */
export const covers = (grant: Grant, { action, resource }: Grant): boolean =>
  pattern(grant.action, "i").test(action) && pattern(grant.resource).test(resource);

function matches({ Action, Resource, Condition = {} }: Statement, asked: Asked): boolean {
  const isCovered = [Action]
    .flat()
    .some((action) => [Resource].flat().some((resource) => covers({ action, resource }, asked)));
  return isCovered && Object.entries(Condition).every((test) => holds(test, asked.context ?? {}));
}

function holds(
  [operator, wanted]: readonly [string, Readonly<Record<string, unknown>>],
  context: Readonly<Record<string, string>>,
): boolean {
  if (operator === "Null") {
    return Object.entries(wanted).every(([key, isNull]) =>
      String(isNull) === "true" ? context[key] === undefined : context[key] !== undefined,
    );
  }
  if (!["StringEquals", "StringLike", "ArnEquals", "ArnLike"].includes(operator)) {
    throw new Error(`a test does not know the condition operator ${operator}`);
  }
  return Object.entries(wanted).every(([key, values]) =>
    [values].flat().some((value) => {
      const found = context[key];
      if (found === undefined) return false;
      return operator === "StringEquals" ? found === value : pattern(String(value)).test(found);
    }),
  );
}

/** `*` is any text and `?` any character, in actions and in ARNs. */
function pattern(text: string, flags = ""): RegExp {
  const escaped = text.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, `s${flags}`);
}
