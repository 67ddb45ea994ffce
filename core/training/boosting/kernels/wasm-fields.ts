/**
 * Fields of packed slopes and of their sums, lowest first: rows (14 bits), hessians (24), gradients
 * (26, signed). Of 2^13 rows no field's sum runs over into the next.
 */
export const HESSIAN_SHIFT = 14;
export const GRADIENT_SHIFT = 38;
