import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { describe, expect, it } from "vitest";
import { AslWorkflow } from "../../cdk/constructs/asl-workflow.ts";
import { allowDistributedMaps } from "../../cdk/constructs/distributed-maps.ts";
import { testApp } from "./synthesized-stack.ts";

const fixture = (name: string) => join(import.meta.dirname, "fixtures", name);
const definitionPath = fixture("two-functions.asl.json");

function setUp() {
  const stack = new Stack(testApp(), "Test");
  const createFunction = (id: string) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code: Code.fromInline("exports.handler = async () => {}"),
    });
  return {
    stack,
    first: createFunction("First"),
    second: createFunction("Second"),
    third: createFunction("Third"),
  };
}

describe("AslWorkflow", () => {
  it("grants the role invoke on exactly the functions it was given, and no version of them", () => {
    const { stack, first, second } = setUp();
    new AslWorkflow(stack, "Workflow", {
      definitionPath,
      functions: { FirstArn: first, SecondArn: second },
    });

    const policies = Template.fromStack(stack).findResources("AWS::IAM::Policy");
    const resources = Object.values(policies)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action === "lambda:InvokeFunction")
      .flatMap(({ Resource }) => Resource);
    const arns = [first, second].map((fn) => stack.resolve(fn.functionArn));
    expect(resources).toEqual(arns);
  });

  it("fills the definition's placeholders with the functions' ARNs, logs and traces", () => {
    const { stack, first, second } = setUp();
    new AslWorkflow(stack, "Workflow", {
      definitionPath,
      functions: { FirstArn: first, SecondArn: second },
      logRetentionDays: 30,
    });

    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      DefinitionSubstitutions: {
        FirstArn: stack.resolve(first.functionArn),
        SecondArn: stack.resolve(second.functionArn),
      },
      LoggingConfiguration: Match.objectLike({ Level: "ALL", IncludeExecutionData: true }),
      TracingConfiguration: { Enabled: true },
    });
    template.hasResource("AWS::Logs::LogGroup", {
      DeletionPolicy: "Delete",
      Properties: { RetentionInDays: 30 },
    });
  });

  it("lets a Distributed Map run as executions of this state machine, and of no other", () => {
    const { stack, first } = setUp();
    const { stateMachine } = new AslWorkflow(stack, "Workflow", {
      definitionPath: fixture("distributed-map.asl.json"),
      functions: { FirstArn: first },
      values: { BucketName: "objects" },
    });

    const template = Template.fromStack(stack);
    const [own] = Object.entries(template.findResources("AWS::IAM::Policy")).flatMap(
      ([id, { Properties }]) =>
        id.includes("DistributedMaps") ? [Properties.PolicyDocument.Statement] : [],
    );
    const executions = (of: string) => ({
      "Fn::Join": [
        "",
        expect.arrayContaining([{ "Fn::GetAtt": [expect.any(String), "Name"] }, of]),
      ],
    });
    expect(own).toMatchObject([
      { Action: "states:StartExecution", Resource: stack.resolve(stateMachine.stateMachineArn) },
      {
        Action: ["states:DescribeExecution", "states:StopExecution"],
        Resource: [executions("/EachFile:*"), executions(":*")],
      },
      { Action: "states:RedriveExecution", Resource: executions("/EachFile:*") },
    ]);
    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      DefinitionSubstitutions: {
        BucketName: "objects",
        FirstArn: stack.resolve(first.functionArn),
      },
    });
  });

  it("grants nothing of the kind to a definition without one", () => {
    const { stack, first, second } = setUp();
    new AslWorkflow(stack, "Workflow", {
      definitionPath,
      functions: { FirstArn: first, SecondArn: second },
    });

    const policies = Template.fromStack(stack).findResources("AWS::IAM::Policy");
    expect(JSON.stringify(policies)).toContain("lambda:InvokeFunction");
    expect(JSON.stringify(policies)).not.toContain("states:");
  });

  it("fails synthesis when a Distributed Map has no label to name its executions by", () => {
    const { stack } = setUp();
    const { stateMachine } = new AslWorkflow(stack, "Workflow", {
      definitionPath: fixture("distributed-map.asl.json"),
      functions: { FirstArn: setUp().first },
      values: { BucketName: "objects" },
    });
    const asl = JSON.stringify({
      States: { Each: { ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } } },
    });

    expect(() => allowDistributedMaps(stateMachine, asl)).toThrow(/Each has no Label; give it one/);
  });

  it("fails synthesis when a placeholder has no function", () => {
    const { stack, first } = setUp();

    expect(
      () => new AslWorkflow(stack, "Workflow", { definitionPath, functions: { FirstArn: first } }),
    ).toThrow(/needs \[FirstArn,SecondArn\] but functions supplies \[FirstArn\]/);
  });

  it("fails synthesis when a function has no placeholder", () => {
    const { stack, first, second, third } = setUp();

    expect(
      () =>
        new AslWorkflow(stack, "Workflow", {
          definitionPath,
          functions: { FirstArn: first, SecondArn: second, ThirdArn: third },
        }),
    ).toThrow(/supplies \[FirstArn,SecondArn,ThirdArn\]; make them match/);
  });

  it("fails synthesis when the definition could run for ever", () => {
    const { stack, first } = setUp();

    expect(
      () =>
        new AslWorkflow(stack, "Workflow", {
          definitionPath: fixture("no-timeout.asl.json"),
          functions: { FirstArn: first },
        }),
    ).toThrow(/has no top-level TimeoutSeconds/);
  });
});
