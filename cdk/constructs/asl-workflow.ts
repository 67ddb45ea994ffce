import { readFileSync } from "node:fs";
import { RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { placeholdersOf } from "../../core/asl/placeholders.ts";
import { acknowledge } from "../acknowledge.ts";
import { allowDistributedMaps } from "./distributed-maps.ts";

export interface AslWorkflowProps {
  /** Absolute path of the `.asl.json` file. Its top-level `TimeoutSeconds` is required. */
  readonly definitionPath: string;
  /** Functions the definition invokes, keyed by placeholder name. Each is granted to the role. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /**
   * Functions that the definition invokes by a name in its input, granted to the role too.
   *
   * @default - none
   */
  readonly invoked?: readonly IFunction[];
  /**
   * What else the definition has placeholders for, such as a bucket's name. Nothing is granted by it.
   *
   * @default - nothing
   */
  readonly values?: Readonly<Record<string, string>>;
  /** @default 90 */
  readonly logRetentionDays?: number;
}

/**
 * A state machine defined by a checked-in ASL file.
 *
 * `DefinitionBody.fromFile` grants nothing and ignores the `timeout`, `comment` and
 * `queryLanguage` props, so this construct takes none of them, grants `lambda:InvokeFunction` on
 * exactly the functions it is given, and fails synthesis when placeholders and functions do not match.
 * A definition with Distributed Maps may run them.
 */
export class AslWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: AslWorkflowProps) {
    super(scope, id);
    const { definitionPath, functions, invoked = [], values = {}, logRetentionDays = 90 } = props;
    const asl = readFileSync(definitionPath, "utf8");
    assertDefinition(definitionPath, asl, [...Object.keys(functions), ...Object.keys(values)]);

    this.stateMachine = new StateMachine(this, "StateMachine", {
      definitionBody: DefinitionBody.fromFile(definitionPath),
      definitionSubstitutions: {
        ...values,
        ...Object.fromEntries(
          Object.entries(functions).map(([name, fn]) => [name, fn.functionArn]),
        ),
      },
      logs: {
        destination: new LogGroup(this, "Logs", {
          retention: logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // States pass names, digests and keys, never rows.
        includeExecutionData: true,
      },
      tracingEnabled: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ["lambda:InvokeFunction"],
        resources: [...Object.values(functions), ...invoked].map(({ functionArn }) => functionArn),
      }),
    );
    allowDistributedMaps(this.stateMachine, asl);
    acknowledge(
      this.stateMachine,
      "IAM5[Resource::*]",
      "log delivery and X-Ray know no resources; only their actions are granted",
    );
  }
}

function assertDefinition(definitionPath: string, asl: string, names: readonly string[]): void {
  const wanted = placeholdersOf(asl);
  const given = names.toSorted();
  if (wanted.join() !== given.join()) {
    throw new Error(
      `${definitionPath} needs [${wanted}] but functions supplies [${given}]; make them match`,
    );
  }
  if (JSON.parse(asl).TimeoutSeconds === undefined) {
    throw new Error(`${definitionPath} has no top-level TimeoutSeconds; add one`);
  }
}
