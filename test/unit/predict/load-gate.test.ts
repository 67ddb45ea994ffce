import { describe, expect, it } from "vitest";
import { isHealthPath, loadGate } from "../../../functions/middleware/load-gate.ts";

const KIB = 1024;

describe("loadGate", () => {
  it("bounds the bytes of bodies under way, and has room again when one is given back", () => {
    const gate = loadGate({ mostBodyBytes: 100 }, () => 0);

    const giveBack = gate.enter(60);
    expect(gate.enter(41)).toBeUndefined();
    expect(gate.enter(40)).toBeDefined();
    giveBack?.();
    expect(gate.enter(60)).toBeDefined();
  });

  it("looks at the memory every 100 ms at most, and lets a small request in where it is alone", () => {
    let now = 0;
    let looks = 0;
    let usedBytes = 950 * KIB;
    const memory = {
      limitBytes: 1000 * KIB,
      usedBytes: () => {
        looks += 1;
        return usedBytes;
      },
    };
    const gate = loadGate({ memory }, () => now);

    // nothing is left of 95%, and 70 KiB is no small body
    expect(gate.enter(70 * KIB)).toBeUndefined();
    expect(gate.enter(10 * KIB)).toBeDefined();
    expect(gate.enter(0.1 * KIB)).toBeUndefined();
    usedBytes = 500 * KIB;
    expect(gate.enter(50 * KIB)).toBeUndefined();
    expect(looks).toBe(1);
    now = 100;
    // 500 + 9 * 50 = 950
    expect(gate.enter(50 * KIB)).toBeDefined();
    expect(gate.enter(50.1 * KIB)).toBeUndefined();
    expect(looks).toBe(2);
  });

  it.each([
    ["/ping", true],
    ["/v2/health/ready", true],
    ["/v2/models/m/ready", true],
    ["/v2/models/m/versions/1/ready", true],
    ["/v2/models/m/infer", false],
    ["/models/m/predictions", false],
  ])("knows whether %s asks how the server is: %s", (path, isHealth) => {
    expect(isHealthPath(path)).toBe(isHealth);
  });
});
