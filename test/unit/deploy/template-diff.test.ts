import { describe, expect, it } from "vitest";
import { diffLines } from "../../deploy/template-diff.ts";

describe("diffLines", () => {
  it("finds each resource that cdk diff names, and nothing else", () => {
    const text = [
      "Stack millrace-dev",
      "Resources",
      "[~] AWS::Lambda::Function Endpoint/Predict EndpointPredictB450AA31 ",
      " └─ [~] Environment",
      "     └─ [~] .Variables:",
      "         └─ [~] .MILLRACE_GIT_COMMIT:",
      "             ├─ [-] first",
      "             └─ [+] second",
      "[+] AWS::Logs::LogGroup New/Logs NewLogs12345678 ",
      "[-] Custom::Trigger Old OldF3E2 destroy",
    ].join("\n");

    expect(diffLines(text)).toEqual([
      { sign: "~", type: "AWS::Lambda::Function", logicalId: "EndpointPredictB450AA31" },
      { sign: "+", type: "AWS::Logs::LogGroup", logicalId: "NewLogs12345678" },
      { sign: "-", type: "Custom::Trigger", logicalId: "OldF3E2" },
    ]);
  });

  it("finds nothing where there is no difference", () => {
    expect(diffLines("Stack millrace-dev\nThere were no differences")).toEqual([]);
  });
});
