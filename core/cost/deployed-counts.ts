/** Alarms that a stack makes: so many for itself, and so many for each model. `test/cdk/function-sizes.test.ts` counts. */
export const DEPLOYED_ALARMS = { platform: 20, eachModel: 2 };

/** Dashboards of a stack. */
export const DEPLOYED_DASHBOARDS = 1;
