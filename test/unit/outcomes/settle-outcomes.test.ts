import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outcome, settleOutcomes } from "../../../core/outcomes/settle-outcomes.ts";

const MONDAY = "2026-03-02T00:00:00.000Z";
const TUESDAY = "2026-03-03T00:00:00.000Z";

const report = (overrides: Partial<Outcome> = {}): Outcome => ({
  outcomeId: "a",
  predictionId: "p1",
  observedAt: MONDAY,
  receivedAt: MONDAY,
  value: 1,
  ...overrides,
});

describe("settleOutcomes", () => {
  it("lets the one observed last win, and counts the earlier as corrected", () => {
    const late = report({ outcomeId: "b", observedAt: MONDAY, receivedAt: TUESDAY });
    const latest = report({ observedAt: TUESDAY, receivedAt: MONDAY, value: 0 });

    expect(settleOutcomes([latest, late])).toEqual({
      outcomes: [latest],
      repeated: 0,
      corrected: 1,
      contradictory: 0,
    });
  });

  it("counts one sent again as repeated, also when it was corrected since", () => {
    const again = report({ receivedAt: TUESDAY });
    const correction = report({ outcomeId: "c", observedAt: TUESDAY, value: 0 });

    expect(settleOutcomes([report(), again])).toMatchObject({ outcomes: [again], repeated: 1 });
    expect(settleOutcomes([report(), again, correction])).toMatchObject({
      outcomes: [correction],
      repeated: 1,
      corrected: 1,
    });
  });

  it("counts two values of one time as contradictory; received last wins, then the larger id", () => {
    const other = report({ outcomeId: "b", value: 0 });
    const later = report({ receivedAt: TUESDAY, value: 0.5 });

    expect(settleOutcomes([other, report()])).toMatchObject({
      outcomes: [other],
      contradictory: 1,
    });
    expect(settleOutcomes([other, later])).toMatchObject({ outcomes: [later], contradictory: 1 });
  });

  it("does not take another prediction's outcome for a repetition", () => {
    const second = report({ predictionId: "p2" });

    expect(settleOutcomes([second, report()])).toEqual({
      outcomes: [report(), second],
      repeated: 0,
      corrected: 0,
      contradictory: 0,
    });
  });

  it("settles on the same whatever the order, and counts every report once", () => {
    const reports = fc.uniqueArray(
      fc.record({
        outcomeId: fc.constantFrom("a", "b", "c"),
        predictionId: fc.constantFrom("p1", "p2"),
        observedAt: fc.constantFrom(MONDAY, TUESDAY),
        receivedAt: fc.constantFrom(MONDAY, TUESDAY),
        value: fc.constantFrom(0, 1),
      }),
      { selector: ({ value, ...key }) => JSON.stringify(key) },
    );
    const shuffled = reports.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
    );

    fc.assert(
      fc.property(shuffled, ([all, moved]) => {
        const settled = settleOutcomes(moved);
        const { outcomes, repeated, corrected, contradictory } = settled;

        expect(settled).toEqual(settleOutcomes(all));
        expect(outcomes.length + repeated + corrected + contradictory).toBe(all.length);
        expect(outcomes.length).toBe(new Set(all.map((one) => one.predictionId)).size);
      }),
    );
  });
});
