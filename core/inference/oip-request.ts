import type { z } from "zod";
import type { Row, StoredDefinition } from "../definition/model-definition.ts";
import { InvalidInputError, TooLargeError } from "../errors.ts";
import { jsonPath } from "../json-path.ts";
import { shortened, shownValue } from "../shown-value.ts";
import { type IssueList, issueList } from "./issue-list.ts";
import { boundProblem } from "./oip-bounds.ts";
import { EXPLANATION_OUTPUTS } from "./oip-explanations.ts";
import { oipOutputs } from "./oip-metadata.ts";
import { readTensors } from "./oip-read-tensors.ts";
import { inferRequestSchema } from "./oip-schemas.ts";
import { type Tensor, tensorProblem, tensorValues } from "./oip-tensor.ts";
import { IS_FETCHED, MOST_INSTANCES, type ParseInstances } from "./parse-instances.ts";
import {
  fetchedNames,
  type RequestMember,
  type RequestParts,
  requestMembers,
} from "./request-fields.ts";

/** An inference request of the Open Inference Protocol v2 whose shape is right, its tensors read. */
export interface InferRequest extends Omit<z.output<typeof inferRequestSchema>, "inputs"> {
  readonly inputs: readonly (Tensor & { readonly name: string })[];
}

/**
 * @param binary bytes behind the JSON, which hold the tensors that say `binary_data_size`, in their order
 * @throws {InvalidInputError} with an issue for each thing that is wrong.
 */
export function parseInferRequest(body: unknown, binary?: Uint8Array): InferRequest {
  const issues = issueList();
  const tooLong = boundProblem(body);
  if (tooLong) issues.add(tooLong.path, tooLong.message);
  issues.throwIfAny();
  const parsed = inferRequestSchema.safeParse(body);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues)
      issues.add(jsonPath(path.map(boundedStep)), message);
    issues.throwIfAny();
    throw new InvalidInputError("request is wrong");
  }
  const inputs = readTensors(parsed.data.inputs, binary, issues);
  issues.throwIfAny();
  return { ...parsed.data, inputs };
}

/** Whether the request wants to know why. @throws {InvalidInputError} if it says neither yes nor no. */
export function wantsExplanations({ parameters }: Pick<InferRequest, "parameters">): boolean {
  const explain = parameters?.explain ?? false;
  if (typeof explain === "boolean") return explain;
  const message = `must be true or false, got ${shownValue(explain)}`;
  const issues = [{ path: "parameters.explain", message }];
  throw new InvalidInputError(`request is wrong: parameters.explain ${message}`, { issues });
}

/** @throws {InvalidInputError} if an output is asked for that the model does not have. */
export function checkOutputs(
  { outputs, parameters }: InferRequest,
  definition: Pick<StoredDefinition, "target">,
): void {
  const own = oipOutputs(definition).map(({ name }) => name);
  const known: readonly string[] =
    parameters?.explain === true ? [...own, ...EXPLANATION_OUTPUTS] : own;
  const issues = issueList();
  const asked = new Set<string>();
  outputs?.forEach(({ name }, i) => {
    if (!known.includes(name)) {
      const names = known.join(", ");
      issues.add(`outputs[${i}].name`, `${shortened(name)} is not an output; outputs are ${names}`);
    } else if (asked.has(name)) {
      // A small request must not be answered with one output a thousand times.
      issues.add(`outputs[${i}].name`, `${name} was asked for before`);
    }
    asked.add(name);
  });
  issues.throwIfAny();
}

/** Names of parameters are the caller's, of any length. */
const boundedStep = (step: PropertyKey) =>
  typeof step === "number" ? step : shortened(String(step));

/**
 * The rows that the request's tensors hold, one tensor a field, checked as instances are.
 *
 * @throws {InvalidInputError} with an issue for each wrong tensor, or each wrong element.
 * @throws {TooLargeError} on more than 10,000 rows.
 */
export function inferRows(
  { inputs }: InferRequest,
  definition: RequestParts,
  parse: ParseInstances,
): readonly Row[] {
  const fields = new Map(requestMembers(definition).map((field) => [field.name, field]));
  const issues = issueList();
  const fetched = fetchedNames(definition);
  const positions = positionsByField(inputs, { fields, fetched }, issues);
  const rows = inputs[0]?.shape[0] ?? 0;
  if (rows > MOST_INSTANCES) {
    throw new TooLargeError(`request has ${rows} rows; send at most ${MOST_INSTANCES} at once`);
  }
  inputs.forEach((input, i) => {
    const field = fields.get(input.name);
    const problem = field && tensorProblem(input, field, rows);
    if (problem) issues.add(`inputs[${i}].${problem.part}`, problem.message);
  });
  issues.throwIfAny();

  // Every name is a field's: anything else was an issue.
  const columns = inputs.map(
    (input) => [input.name, tensorValues(input, fields.get(input.name) as RequestMember)] as const,
  );
  const instances = Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
  return parse(instances, (row, field) => `inputs[${positions.get(field)}].data[${row}]`);
}

/** Where each field's tensor stands; unknown, repeated and missing names become issues. */
function positionsByField(
  inputs: InferRequest["inputs"],
  known: {
    readonly fields: ReadonlyMap<string, RequestMember>;
    readonly fetched: ReadonlySet<string>;
  },
  issues: IssueList,
): ReadonlyMap<string, number> {
  const { fields, fetched } = known;
  const positions = new Map<string, number>();
  inputs.forEach(({ name }, i) => {
    if (!fields.has(name)) {
      const names = [...fields.keys()].join(", ");
      const message = fetched.has(name)
        ? `${name} ${IS_FETCHED}`
        : `${shortened(name)} is not an input; inputs are ${names}`;
      issues.add(`inputs[${i}].name`, message);
    }
    if (positions.has(name)) issues.add(`inputs[${i}].name`, `${shortened(name)} was given before`);
    positions.set(name, i);
  });
  for (const { name, required } of fields.values()) {
    if (required && !positions.has(name)) issues.add("inputs", `must have an input named ${name}`);
  }
  return positions;
}
