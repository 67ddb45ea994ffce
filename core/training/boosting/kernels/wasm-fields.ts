/**
 * Fields of packed slopes and of their sums, lowest first: rows (14 bits), hessians (24), gradients
 * (26, signed). Of 2^13 rows no field's sum runs over into the next.
 */
export const HESSIAN_SHIFT = 14;
export const GRADIENT_SHIFT = 38;

/**
 * Slopes that are given have two 64-bit numbers: gradients, and hessians above rows (17 bits). Of 2^16 rows
 * of less than 2^30 steps each no sum runs over.
 */
export const GIVEN_HESSIAN_SHIFT = 17;
export const GIVEN_PACKED_ROWS = 65_536;
