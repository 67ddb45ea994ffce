import { Stack } from "aws-cdk-lib";
import { CfnQueryDefinition, LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct, type IConstruct } from "constructs";
import {
  type QueriedLogs,
  SAVED_QUERIES,
  type SavedQuery,
} from "../../core/observability/saved-queries.ts";

export interface SavedQueriesProps {
  /** Whose log groups are those of predictions. */
  readonly endpoint: IConstruct;
  /** Whose log groups are those of runs: state machines, their functions and containers. */
  readonly workflows: readonly IConstruct[];
}

// Source: "LogGroupNames" of StartQuery, Amazon CloudWatch Logs API reference.
const MOST_LOG_GROUPS = 50;

/**
 * Questions to the logs, kept in CloudWatch Logs Insights in a folder with the stack's name. They cost
 * nothing until they are asked: then by what they read.
 */
export class SavedQueries extends Construct {
  readonly queries: readonly CfnQueryDefinition[];

  constructor(scope: Construct, id: string, { endpoint, workflows }: SavedQueriesProps) {
    super(scope, id);
    const ofEndpoint = logGroupsOf([endpoint]);
    const ofWorkflows = logGroupsOf(workflows);
    const logGroups: Readonly<Record<QueriedLogs, readonly string[]>> = {
      endpoint: ofEndpoint,
      workflows: ofWorkflows,
      all: [...ofEndpoint, ...ofWorkflows],
    };
    this.queries = SAVED_QUERIES.map((query) => this.createQuery(query, logGroups[query.logs]));
  }

  private createQuery(
    { name, text }: SavedQuery,
    logGroupNames: readonly string[],
  ): CfnQueryDefinition {
    return new CfnQueryDefinition(this, name, {
      name: `${Stack.of(this).stackName}/${name}`,
      queryString: text,
      logGroupNames: logGroupNames.slice(0, MOST_LOG_GROUPS),
    });
  }
}

function logGroupsOf(scopes: readonly IConstruct[]): readonly string[] {
  return scopes
    .flatMap((scope) => scope.node.findAll())
    .filter((found) => found instanceof LogGroup)
    .map((logGroup) => logGroup.logGroupName);
}
