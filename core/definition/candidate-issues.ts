import type { Issue } from "../errors.ts";
import { drawCandidates, isRange } from "../search/draw-candidates.ts";
import { ENSEMBLE_NAME } from "../search/plan-round.ts";
import { shownValue } from "../shown-value.ts";
import {
  CONTINUING_FAMILIES,
  candidateSchema,
  FAMILY_TASKS,
  type FamilyName,
} from "./candidate-schema.ts";
import { type MetricName, metricsOf } from "./metrics.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import type { SearchSpace } from "./search-schema.ts";

/** Most candidates of a run: each is a branch of the state machine's map. */
const MOST_CANDIDATES = 40;

/** What is wrong with candidates, the search and how they are judged. */
export function candidateIssues(definition: CheckedDefinition): readonly Issue[] {
  return [
    ...nameIssues(definition),
    ...familyIssues(definition),
    ...continuingIssues(definition),
    ...searchIssues(definition),
    ...ensembleIssues(definition),
    ...metricIssues(definition),
    ...fairnessIssues(definition),
    ...calibrationIssues(definition),
  ];
}

function nameIssues({ candidates }: CheckedDefinition): readonly Issue[] {
  return candidates.flatMap(({ name }, i): Issue[] =>
    candidates.findIndex((other) => other.name === name) === i
      ? []
      : [
          {
            path: `candidates[${i}].name`,
            message: `${name} is another candidate's name already`,
          },
        ],
  );
}

function familyIssues({ candidates, search, target }: CheckedDefinition): readonly Issue[] {
  const given = [
    ...candidates.map(({ family }, i) => ({ family, path: `candidates[${i}].family` })),
    ...(search?.families ?? []).map(({ family }, i) => ({
      family,
      path: `search.families[${i}].family`,
    })),
  ];
  return given.flatMap(({ family, path }): Issue[] => {
    if (FAMILY_TASKS[family].includes(target.type)) return [];
    const fitting = familiesFor(target.type).join(", ");
    return [{ path, message: `${family} predicts no ${target.type} target; choose ${fitting}` }];
  });
}

const familiesFor = (task: CheckedDefinition["target"]["type"]) =>
  (Object.keys(FAMILY_TASKS) as FamilyName[]).filter((family) =>
    FAMILY_TASKS[family].includes(task),
  );

function continuingIssues({ candidates }: CheckedDefinition): readonly Issue[] {
  return candidates.flatMap(({ family, continueFrom }, i): Issue[] => {
    if (continueFrom === undefined || CONTINUING_FAMILIES.includes(family)) return [];
    const message = `${family} cannot go on from an earlier version, only ${CONTINUING_FAMILIES.join(", ")}; leave it out`;
    return [{ path: `candidates[${i}].continueFrom`, message }];
  });
}

function searchIssues({ candidates, search, seed }: CheckedDefinition): readonly Issue[] {
  if (search === undefined) {
    if (candidates.length > 0) return [];
    return [{ path: "candidates", message: "is empty and there is no search; name one candidate" }];
  }
  const ranges = rangeIssues(search);
  if (ranges.length > 0) return ranges;
  const drawn = drawCandidates(search, seed);
  const all = candidates.length + drawn.length;
  const taken = drawn.find(({ name }) => candidates.some((candidate) => candidate.name === name));
  return [
    ...(all > MOST_CANDIDATES
      ? [{ path: "search.candidates", message: `makes ${all} candidates; 40 is the most of a run` }]
      : []),
    ...(taken
      ? [{ path: "search", message: `draws a candidate ${taken.name}; name yours otherwise` }]
      : []),
    ...drawn.slice(0, MOST_CANDIDATES).flatMap(drawnIssue).slice(0, 1),
  ];
}

function rangeIssues({ families }: SearchSpace): readonly Issue[] {
  return families.flatMap(({ parameters }, i) =>
    Object.entries(parameters).flatMap(([name, space]): Issue[] => {
      const path = `search.families[${i}].parameters.${name}.from`;
      if (!isRange(space)) return [];
      const { from, to, scale } = space;
      if (from > to) return [{ path, message: `must not be above to, got ${from} and ${to}` }];
      if (scale === "linear" || from > 0) return [];
      return [{ path, message: `must be above 0 on a log scale, got ${from}` }];
    }),
  );
}

/** What is wrong with the parameters that were drawn. */
function drawnIssue(drawn: ReturnType<typeof drawCandidates>[number]): readonly Issue[] {
  const parsed = candidateSchema.safeParse(drawn);
  return (parsed.error?.issues ?? []).slice(0, 1).map(({ path, message }) => {
    const [, name] = path;
    const got = shownValue(drawn.parameters[String(name)]);
    return {
      path: "search.families",
      message: `${drawn.name} is drawn with ${path.join(".")} ${got}: ${message}`,
    };
  });
}

function ensembleIssues({ ensemble, candidates, search, target }: CheckedDefinition) {
  if (ensemble === undefined) return [];
  const count = candidates.length + (search?.candidates ?? 0);
  return [
    ...candidates.flatMap(({ name }, i) =>
      name === ENSEMBLE_NAME
        ? [{ path: `candidates[${i}].name`, message: "is the ensemble's name; choose another" }]
        : [],
    ),
    ...(count < 2 ? [{ path: "ensemble", message: "needs two candidates or more" }] : []),
    ...(target.type === "ranking" && ensemble.method === "stacking"
      ? [{ path: "ensemble.method", message: "cannot be stacking for a ranking; choose average" }]
      : []),
  ];
}

function metricIssues({ target, selection, gates }: CheckedDefinition): readonly Issue[] {
  const known = metricsOf(target.type);
  const given: readonly (readonly [path: string, metric: MetricName | undefined])[] = [
    ["selection.metric", selection.metric],
    ...gates.absolute.map(({ metric }, i) => [`gates.absolute[${i}].metric`, metric] as const),
    ...(gates.champion ?? []).map(
      ({ metric }, i) => [`gates.champion[${i}].metric`, metric] as const,
    ),
  ];
  return given.flatMap(([path, metric]): Issue[] =>
    metric === undefined || known.includes(metric)
      ? []
      : [
          {
            path,
            message: `${metric} is no metric of a ${target.type} target; choose ${known.join(", ")}`,
          },
        ],
  );
}

function fairnessIssues({ target, gates }: CheckedDefinition): readonly Issue[] {
  if (target.type === "binary" || gates.fairness.length === 0) return [];
  return [{ path: "gates.fairness", message: `needs a binary target, got ${target.type}` }];
}

function calibrationIssues({ target, calibration }: CheckedDefinition): readonly Issue[] {
  const { method } = calibration;
  const path = "calibration.method";
  if (method === "none") return [];
  if (target.type !== "binary" && target.type !== "multiclass") {
    return [{ path, message: `must be none: a ${target.type} target has no probabilities` }];
  }
  if (method === "temperature" && target.type === "binary") {
    return [{ path, message: "temperature is for several classes; choose platt or isotonic" }];
  }
  return [];
}
