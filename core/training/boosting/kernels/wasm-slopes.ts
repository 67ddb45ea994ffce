import { type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import { type Code, f64, i32, i64, type Local, loop, v128 } from "../../../wasm/instructions.ts";
import {
  EXP_COEFFICIENTS,
  FRACTION_BITS,
  GRADIENT_STEPS,
  HESSIAN_STEPS,
  LARGEST_SCORE,
  LEAST_PROBABILITY,
  LN2_HIGH,
  LN2_LOW,
  ROUNDING,
} from "./slope-arithmetic.ts";
import { FRACTION, SLOPE_CONSTANTS, WHOLE_ONE } from "./slope-constants.ts";
import { GRADIENT_SHIFT, HESSIAN_SHIFT } from "./wasm-fields.ts";
import type { WasmLayout } from "./wasm-layout.ts";

/**
 * `fillSlopes(thread, score, end, label, record, step, spread, losses)`: packed slopes into the records of
 * rows from one score's address to another's, two rows at once, and their losses to where it is said.
 * `plain-slopes.ts` reads easier.
 */
export function fillSlopes(layout: WasmLayout): WasmFunction {
  const constant = constantsOf(layout);
  return wasmFunction(
    "fillSlopes",
    {
      ...{ thread: "i32", score: "i32", end: "i32", label: "i32" },
      ...{ record: "i32", step: "i32", spread: "i32", losses: "i32" },
    } as const,
    {
      ...{
        sign: "v128",
        rest: "v128",
        square: "v128",
        fourth: "v128",
        shifted: "v128",
        twos: "v128",
      },
      ...{ power: "v128", right: "v128", wrong: "v128", sum: "v128" },
      ...{ gradients: "v128", hessians: "v128", gradientCarry: "v128", hessianCarry: "v128" },
      ...{ fractions: "v128", exponents: "v128" },
    } as const,
    (v) => [
      v.fractions.set(constant(1)),
      v.record.set(i32.add(v.record.get, i32.multiply(v.thread.get, v.spread.get))),
      loop(
        v.score,
        v.end.get,
        16,
        v.sign.set(
          v128.withSecondF64(v128.splatF64(signOf(v.label, 0, layout)), signOf(v.label, 1, layout)),
        ),
        v.rest.set(v128.multiplyF64(v128.load(0, v.score.get), v.sign.get)),
        v.rest.set(v128.largerF64(v.rest.get, constant(-LARGEST_SCORE))),
        v.rest.set(v128.lesserF64(v.rest.get, constant(LARGEST_SCORE))),
        exponential(v, constant),
        v.right.set(v128.divideF64(constant(1), v128.addF64(constant(1), v.power.get))),
        v.wrong.set(v128.multiplyF64(v.power.get, v.right.get)),

        round(constant, v128.multiplyF64(v.wrong.get, v.sign.get), GRADIENT_STEPS, {
          sum: v.sum,
          carry: v.gradientCarry,
          rounded: v.gradients,
        }),
        round(constant, v128.multiplyF64(v.right.get, v.wrong.get), HESSIAN_STEPS, {
          sum: v.sum,
          carry: v.hessianCarry,
          rounded: v.hessians,
        }),
        v.sum.set(
          v128.addI64(
            v128.addI64(
              v128.shiftLeftI64(v.gradients.get, i32.const(GRADIENT_SHIFT)),
              v128.shiftLeftI64(v.hessians.get, i32.const(HESSIAN_SHIFT)),
            ),
            constant(WHOLE_ONE),
          ),
        ),
        i64.store(0, v.record.get, v128.firstI64(v.sum.get)),
        v.record.set(i32.add(v.record.get, v.step.get)),
        i64.store(0, v.record.get, v128.secondI64(v.sum.get)),

        v.fractions.set(
          v128.multiplyF64(
            v.fractions.get,
            v128.largerF64(v.right.get, constant(LEAST_PROBABILITY)),
          ),
        ),
        v.exponents.set(
          v128.addI64(
            v.exponents.get,
            v128.shiftRightI64(v.fractions.get, i32.const(FRACTION_BITS)),
          ),
        ),
        v.fractions.set(v128.or(v128.and(v.fractions.get, constant(FRACTION)), constant(1))),
        v.label.set(i32.add(v.label.get, i32.const(2))),
        v.record.set(i32.add(v.record.get, v.step.get)),
      ),
      v128.store(0, v.losses.get, v.fractions.get),
      v128.store(16, v.losses.get, v.exponents.get),
    ],
  );
}

type Constant = (value: number) => Code;

function constantsOf({ constants }: WasmLayout): Constant {
  return (value) => v128.load(constants + SLOPE_CONSTANTS.indexOf(value) * 16, i32.const(0));
}

/** 1 for a row of class 0, -1 for class 1: a load is quicker than a conversion. */
function signOf(label: Local, lane: number, { constants }: WasmLayout): Code {
  const first = constants + SLOPE_CONSTANTS.indexOf(1) * 16;
  return f64.load(first, i32.shiftLeft(i32.load8(lane, label.get), i32.const(4)));
}

/** Sets `power` to e^rest. */
function exponential(
  v: Readonly<Record<"rest" | "square" | "fourth" | "shifted" | "twos" | "power", Local>>,
  constant: Constant,
): Code {
  const { addF64: add, multiplyF64: multiply } = v128;
  const coefficient = (k: number) => constant(EXP_COEFFICIENTS[k] as number);
  const two = (k: number) => add(coefficient(k), multiply(coefficient(k + 1), v.rest.get));
  const four = (k: number) => add(two(k), multiply(two(k + 2), v.square.get));
  return [
    ...v.shifted.set(
      v128.addF64(v128.multiplyF64(v.rest.get, constant(Math.LOG2E)), constant(ROUNDING)),
    ),
    ...v.twos.set(v128.subtractF64(v.shifted.get, constant(ROUNDING))),
    ...v.rest.set(v128.subtractF64(v.rest.get, v128.multiplyF64(v.twos.get, constant(LN2_HIGH)))),
    ...v.rest.set(v128.subtractF64(v.rest.get, v128.multiplyF64(v.twos.get, constant(LN2_LOW)))),
    ...v.square.set(multiply(v.rest.get, v.rest.get)),
    ...v.fourth.set(multiply(v.square.get, v.square.get)),
    ...v.power.set(
      add(
        add(four(0), multiply(four(4), v.fourth.get)),
        multiply(four(8), multiply(v.fourth.get, v.fourth.get)),
      ),
    ),
    // The integer's low bits, moved up to the exponent.
    ...v.power.set(
      v128.addI64(v.power.get, v128.shiftLeftI64(v.shifted.get, i32.const(FRACTION_BITS))),
    ),
  ];
}

/** Sets `rounded` to a double whose low bits are the integer, and `carry` to what rounding took. */
function round(
  constant: Constant,
  value: Code,
  steps: number,
  { sum, carry, rounded }: Readonly<Record<"sum" | "carry" | "rounded", Local>>,
): Code {
  return [
    ...sum.set(v128.addF64(v128.multiplyF64(value, constant(steps)), carry.get)),
    ...rounded.set(v128.addF64(sum.get, constant(ROUNDING))),
    ...carry.set(v128.subtractF64(sum.get, v128.subtractF64(rounded.get, constant(ROUNDING)))),
  ];
}
