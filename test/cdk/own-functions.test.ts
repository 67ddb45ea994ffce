import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { describe, expect, it } from "vitest";
import { NativeLayers } from "../../cdk/constructs/native-layers.ts";
import { Platform } from "../../cdk/constructs/platform.ts";
import { PredictionEndpoint } from "../../cdk/constructs/prediction-endpoint.ts";
import { resourcesOf, testApp } from "./synthesized-stack.ts";

const stack = new Stack(testApp(), "own", {
  env: { account: "123456789012", region: "eu-west-1" },
});
const layer = join(import.meta.dirname, "fixtures", "layer");
const endpoint = new PredictionEndpoint(stack, "Endpoint", {
  platform: new Platform(stack, "Platform", {}),
  defaults: {
    nativeLayers: new NativeLayers(stack, "Layers", {
      folders: { onnxruntime: layer, duckdb: layer },
    }),
    memoryMb: { predict: 2_048 },
  },
  ownFunctions: {
    hot: { memoryMb: 3_008, provisionedConcurrency: 5, reservedConcurrency: 20 },
    large: { memoryMb: 4_096 },
  },
});
const caller = new Role(stack, "Caller", {
  assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
});
endpoint.grantPredict(caller);
const template = Template.fromStack(stack);

const functions = resourcesOf(template, "AWS::Lambda::Function");
const sizeOf = (path: string) => {
  const { MemorySize, ReservedConcurrentExecutions, Environment } =
    functions.get(path)?.Properties ?? {};
  return [MemorySize, ReservedConcurrentExecutions, Object.keys(Environment.Variables).sort()];
};

describe("a model with a function of its own", () => {
  it("has the size that its definition says, beside the shared function and with its variables", () => {
    const [memory, reserved, variables] = sizeOf("Endpoint/Predict/Resource");

    expect([memory, reserved]).toEqual([2_048, undefined]);
    expect(sizeOf("Endpoint/Predict-hot/Resource")).toEqual([3_008, 20, variables]);
    expect(sizeOf("Endpoint/Predict-large/Resource")).toEqual([4_096, undefined, variables]);
  });

  it("keeps instances where it asks for them, and nobody else pays for any", () => {
    const kept = [...resourcesOf(template, "AWS::Lambda::Alias").values()];

    expect(kept.map(({ Properties }) => Properties.ProvisionedConcurrencyConfig)).toEqual([
      { ProvisionedConcurrentExecutions: 5 },
    ]);
  });

  it("has a URL that streams and asks for a signature; that of kept instances is their alias's", () => {
    const urls = [...resourcesOf(template, "AWS::Lambda::Url").entries()];

    expect(urls.map(([path, { Properties }]) => [path, Properties.Qualifier])).toEqual([
      ["Endpoint/Predict/FunctionUrl/Resource", undefined],
      ["Endpoint/Kept-hot/FunctionUrl/Resource", "kept"],
      ["Endpoint/Predict-large/FunctionUrl/Resource", undefined],
    ]);
    for (const [, { Properties }] of urls) {
      expect([Properties.AuthType, Properties.InvokeMode]).toEqual(["AWS_IAM", "RESPONSE_STREAM"]);
    }
    expect(Object.keys(endpoint.ownUrls)).toEqual(["hot", "large"]);
  });

  it("may be asked by who may ask for predictions", () => {
    const [policy] = [...resourcesOf(template, "AWS::IAM::Policy").entries()].filter(([path]) =>
      path.startsWith("Caller/"),
    );
    const [statement] = policy?.[1].Properties.PolicyDocument.Statement ?? [];

    expect(statement.Action).toBe("lambda:InvokeFunctionUrl");
    expect(statement.Resource).toHaveLength(3);
  });
});
