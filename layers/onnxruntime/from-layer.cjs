// Stands for onnxruntime-node in function bundles. Lambda puts layers on NODE_PATH, which `require`
// obeys and `import` does not. A direct require("onnxruntime-node") would be followed by esbuild, and
// led back to this file.
const requireAtRunTime = require;

module.exports = requireAtRunTime("onnxruntime-node");
