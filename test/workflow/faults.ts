/**
 * What befalls one invocation of a function, on purpose.
 *
 * refused: Lambda or ECS itself does not take it. throttled: what the function calls answers that it is asked
 * too often. denied: what it calls refuses it for good. lost: its process is killed in the middle of a
 * call, or right after it has written so many things. overrun: its state stops waiting, while the
 * function goes on.
 */
export type Fault =
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "throttled" }
  | { readonly kind: "denied" }
  | { readonly kind: "lost"; readonly error: string; readonly afterWrites?: number }
  | { readonly kind: "overrun"; readonly error: string };

/**
 * How each error that a state machine retries comes about. A state machine that retries another one
 * fails its tests until it is said here how that happens.
 *
 * Sources: "Handling errors in Step Functions workflows" and "Handle Lambda service exceptions", AWS
 * Step Functions developer guide.
 */
export const FAULT_BEHIND: Readonly<Record<string, Fault>> = {
  UnavailableError: { kind: "throttled" },
  "Lambda.TooManyRequestsException": refused("Lambda.TooManyRequestsException"),
  // Whoever waited for the function's answer has stopped to; the function has not.
  "Lambda.ClientExecutionTimeoutException": {
    kind: "overrun",
    error: "Lambda.ClientExecutionTimeoutException",
  },
  "Lambda.ServiceException": refused("Lambda.ServiceException"),
  "Lambda.AWSLambdaException": refused("Lambda.AWSLambdaException"),
  "Lambda.SdkClientException": refused("Lambda.SdkClientException"),
  "Lambda.Unknown": { kind: "lost", error: "Lambda.Unknown" },
  "Runtime.ExitError": { kind: "lost", error: "Runtime.ExitError" },
  "Sandbox.Timedout": { kind: "lost", error: "Sandbox.Timedout" },
  "States.Timeout": { kind: "overrun", error: "States.Timeout" },
  // A container that is lost fails its task.
  "States.TaskFailed": { kind: "lost", error: "States.TaskFailed" },
  "AmazonECS.Unknown": refused("AmazonECS.Unknown"),
  "ECS.AmazonECSException": refused("ECS.AmazonECSException"),
  "ECS.ServerException": refused("ECS.ServerException"),
  "ECS.ThrottlingException": refused("ECS.ThrottlingException"),
  "ECS.SdkClientException": refused("ECS.SdkClientException"),
  "StepFunctions.ExecutionLimitExceededException": refused(
    "StepFunctions.ExecutionLimitExceededException",
  ),
  "StepFunctions.SfnException": refused("StepFunctions.SfnException"),
  "StepFunctions.SdkClientException": refused("StepFunctions.SdkClientException"),
};

function refused(error: string): Fault {
  return { kind: "refused", error };
}
