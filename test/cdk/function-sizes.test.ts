import { describe, expect, it } from "vitest";
import { MEASURED_FUNCTIONS } from "../../cli/cost/measure-stack.ts";
import { DEPLOYED_ALARMS, DEPLOYED_DASHBOARDS } from "../../core/cost/deployed-counts.ts";
import { FUNCTION_SIZES, TRAIN_EPHEMERAL_MB } from "../../core/cost/function-sizes.ts";
import { resourcesOf, synthesizedStack } from "./synthesized-stack.ts";

const { template } = synthesizedStack();
const functions = [...resourcesOf(template, "AWS::Lambda::Function")];

/** The functions that a construct path ends with. */
const sizesOf = (name: string) =>
  functions
    .filter(([path]) => path.split("/").at(-2) === name)
    .map(([, { Properties }]) => ({
      memoryMb: Properties.MemorySize,
      ephemeralMb: Properties.EphemeralStorage?.Size ?? 512,
    }));

/** `log-predictions` is the construct `LogPredictions`. */
const constructId = (name: string) =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

describe("sizes that costs are computed from", () => {
  it.each(Object.entries(FUNCTION_SIZES))("%s has what is deployed", (name, size) => {
    expect(sizesOf(constructId(name))).toEqual([size]);
  });

  it("train has its ephemeral storage, whatever its memory", () => {
    const train = functions
      .filter(([path]) => /\/Train\d+\//.test(`/${path}/`))
      .map(([, { Properties }]) => Properties.EphemeralStorage.Size);

    expect(train.length).toBeGreaterThan(0);
    expect(new Set(train)).toEqual(new Set([TRAIN_EPHEMERAL_MB]));
  });

  it.each(Object.entries(MEASURED_FUNCTIONS))(
    "%s is found by how its id begins",
    (_name, begin) => {
      const ids = Object.keys(template.findResources("AWS::Lambda::Function"));

      expect(ids.filter((id) => id.startsWith(begin))).toHaveLength(1);
    },
  );

  it("alarms and dashboards are as many as are deployed", () => {
    const alarms = [...resourcesOf(template, "AWS::CloudWatch::Alarm").keys()];
    const ofOneModel = alarms.filter((path) => path.includes("quiet-model"));
    const ofNoModel = alarms.filter((path) => !/quiet-model|late-parcels/.test(path));

    expect(DEPLOYED_ALARMS).toEqual({ platform: ofNoModel.length, eachModel: ofOneModel.length });
    template.resourceCountIs("AWS::CloudWatch::Dashboard", DEPLOYED_DASHBOARDS);
  });
});
