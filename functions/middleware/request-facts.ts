import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What is found out about a request while it is answered: which version, which prediction. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

/** Keeps what is found out about each request for the line of the log that it ends with. */
export interface RequestFacts {
  readonly add: (event: APIGatewayProxyEventV2, facts: Facts) => void;
  readonly of: (event: APIGatewayProxyEventV2) => Facts;
}

export function requestFacts(): RequestFacts {
  const known = new WeakMap<APIGatewayProxyEventV2, Facts>();
  const of = (event: APIGatewayProxyEventV2) => known.get(event) ?? {};
  return { of, add: (event, facts) => known.set(event, { ...of(event), ...facts }) };
}
