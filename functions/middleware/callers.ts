import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** Who sent a request, where the endpoint asks. */
export interface Caller {
  /** Name of its token, or ARN of its principal. */
  readonly name: string;
  /** Models that it may be told of. */
  readonly models: readonly string[] | "*";
}

const callers = new WeakMap<APIGatewayProxyEventV2, Caller>();

export const setCaller = (event: APIGatewayProxyEventV2, caller: Caller): void => {
  callers.set(event, caller);
};

/** @returns `undefined` where nobody was asked who it is */
export const callerOf = (event: APIGatewayProxyEventV2): Caller | undefined => callers.get(event);

/** Of models, those that the caller of a request may be told of. */
export function visibleTo<T extends { readonly model: string }>(
  event: APIGatewayProxyEventV2,
  models: readonly T[],
): readonly T[] {
  const opened = callerOf(event)?.models ?? "*";
  return opened === "*" ? models : models.filter(({ model }) => opened.includes(model));
}
