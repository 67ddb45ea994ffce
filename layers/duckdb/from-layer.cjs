// Stands for @duckdb/node-api in function bundles, as layers/onnxruntime/from-layer.cjs does for its.
const requireAtRunTime = require;

module.exports = requireAtRunTime("@duckdb/node-api");
