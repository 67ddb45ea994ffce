import type { SuggestedModel } from "../../engine/init/suggest-model.ts";
import type { TypedColumn } from "../../engine/init/typed-column.ts";
import { fieldLines, text } from "./field-line.ts";

/** Where the file of a model lies, and what the model is called. */
export interface NewModel {
  readonly name: string;
  /** Name of the file below the model's sources. */
  readonly file: string;
  /** Where the local platform takes the file from. */
  readonly from: string;
  /** Module that has `defineModel`, as the model's folder sees it. */
  readonly defineModel: string;
}

const CANDIDATES = {
  binary: "logistic-regression",
  multiclass: "logistic-regression",
  regression: "linear-regression",
} as const;

/** The text of `model.ts`: a definition that loads as it stands, and what a person should look at. */
export function modelText(model: SuggestedModel, file: NewModel): string {
  const { target } = model;
  return `import { defineModel } from ${text(file.defineModel)};

// Written by \`millrace init\` from ${count(model)}. Every line is a guess to be checked.

export const model = defineModel({
  name: ${text(file.name)},
  // Who answers for it.
  owner: "unknown",
  description: ${text(`Predicts ${target.column.name}`)},
  source: {
${sourceLines(model, file).join("\n")}
  },
  fields: {
${model.columns.flatMap((column) => fieldLines(model, column)).join("\n")}
  },
${unusedLines(model).join("")}${targetLines(model).join("\n")}
${exampleLines(model).join("\n")}
${splitLines(model).join("\n")}
  candidates: [
    { name: "boosting", family: "gradient-boosting", parameters: { learningRate: 0.05, earlyStoppingRounds: 30 } },
    { name: "linear", family: ${text(CANDIDATES[target.type])}, parameters: {} },
  ],
  // Bounds that a version must keep: set them once you know what is good, such as
  // absolute: [{ metric: ${text(METRIC[target.type])}, min: 0.7 }]
  gates: { maxQuarantineShare: 0.01 },
  seed: 1,
});
`;
}

const METRIC = { binary: "rocAuc", multiclass: "accuracy", regression: "r2" } as const;

const count = ({ rows, sampled }: SuggestedModel) =>
  sampled < rows ? `${sampled} of ${rows} rows` : `${rows} rows`;

function sourceLines({ format, csv, eventTime, id }: SuggestedModel, file: NewModel): string[] {
  const options = Object.entries(csv ?? {}).map(
    ([name, value]) => `${name}: ${text(String(value))}`,
  );
  return [
    `    format: ${text(format)},`,
    ...(options.length === 0 ? [] : [`    csv: { ${options.join(", ")} },`]),
    "    // On AWS the file is an object below sources/ of the bucket; here it is taken from where `from` says.",
    `    files: [{ name: ${text(file.file)}, from: ${text(file.from)} }],`,
    ...(eventTime === undefined ? [] : [`    eventTime: ${text(eventTime)},`]),
    ...(id === undefined ? [] : [`    id: ${text(id)},`]),
  ];
}

const unusedLines = ({ unused }: SuggestedModel): readonly string[] =>
  unused.map(({ name, why }) => `  // Column ${text(name)} is not read: ${why}.\n`);

function targetLines({ target, otherTargets }: SuggestedModel): readonly string[] {
  const { column, type, classes } = target;
  const members = [
    `    name: ${text(`target_${column.name}`.slice(0, 63))},`,
    `    type: ${text(type)},`,
    `    from: [${text(column.name)}],`,
    `    expression: ${text(expressionOf(target))},`,
    ...(classes === undefined ? [] : [`    classes: [${classes.map(text).join(", ")}],`]),
  ];
  const others =
    otherTargets.length === 0 ? [] : [`  // It may be another one: ${otherTargets.join(", ")}.`];
  return [`  // Suspected target: ${column.name}.`, ...others, "  target: {", ...members, "  },"];
}

function expressionOf({ column, type, positive = "" }: SuggestedModel["target"]): string {
  const name = `"${column.name}"`;
  if (type !== "binary") return name;
  if (column.type === "boolean") return /^[tTyY1]/.test(positive) ? name : `NOT ${name}`;
  const isNumber = column.type === "number" || column.type === "integer";
  return `${name} = ${isNumber ? Number(positive) : `'${positive.replaceAll("'", "''")}'`}`;
}

function exampleLines(model: SuggestedModel): readonly string[] {
  const ignored = new Set(model.leaks.map(({ name }) => name));
  const asked = model.columns.filter(
    (column) =>
      column !== model.target.column &&
      !ignored.has(column.name) &&
      !column.isFreeText &&
      !column.isId &&
      column.facts.distinct >= 2 &&
      (column.type !== "timestamp" || column.name === model.eventTime),
  );
  const given = asked.flatMap((column) => {
    const value = model.example[column.name];
    return value === undefined ? [] : [`    ${column.name}: ${valueText(column, value)},`];
  });
  return ["  example: {", ...given, "  },"];
}

function valueText({ type }: TypedColumn, value: string | readonly string[]): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (type === "number" || type === "integer") return String(Number(value));
  return type === "boolean" ? String(/^[ty1]/i.test(value)) : text(value);
}

function splitLines({ split }: SuggestedModel): readonly string[] {
  if (split.by === "hash") {
    return ['  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },'];
  }
  return [
    "  // The last fifth of the rows tests, the fifth before it validates.",
    "  split: {",
    '    by: "time",',
    `    validationFrom: ${text(split.validationFrom)},`,
    `    testFrom: ${text(split.testFrom)},`,
    "  },",
  ];
}
