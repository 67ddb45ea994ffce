import { type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import { type Code, f64, i32, i64, loop } from "../../../wasm/instructions.ts";
import { ROUNDING } from "./slope-arithmetic.ts";
import { GIVEN_HESSIAN_SHIFT } from "./wasm-fields.ts";
import type { WasmLayout } from "./wasm-layout.ts";

/**
 * `setSlopes(thread, gradient, end, hessian, record, gradientSteps, hessianSteps)`: gradients from one
 * address to another and as many hessians, rounded, into the records.
 */
export function setSlopes({ train }: WasmLayout): WasmFunction {
  return wasmFunction(
    "setSlopes",
    {
      ...{ thread: "i32", gradient: "i32", end: "i32", hessian: "i32", record: "i32" },
      ...{ gradientSteps: "f64", hessianSteps: "f64" },
    } as const,
    {},
    ({ gradient, end, hessian, record, gradientSteps, hessianSteps }) => [
      loop(
        gradient,
        end.get,
        8,
        i64.store(0, record.get, whole(f64.load(0, gradient.get), gradientSteps.get)),
        i64.store(
          8,
          record.get,
          i64.or(
            i64.shiftLeft(
              whole(f64.load(0, hessian.get), hessianSteps.get),
              i64.const(GIVEN_HESSIAN_SHIFT),
            ),
            i64.const(1),
          ),
        ),
        hessian.set(i32.add(hessian.get, i32.const(8))),
        record.set(i32.add(record.get, i32.const(train.step))),
      ),
    ],
  );
}

/** The nearest whole number of steps: the low bits of the sum that rounds. */
function whole(value: Code, steps: Code): Code {
  return i64.subtract(
    i64.ofBits(f64.add(f64.multiply(value, steps), f64.const(ROUNDING))),
    i64.ofBits(f64.const(ROUNDING)),
  );
}
