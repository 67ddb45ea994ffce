/** Release of onnxruntime-node that versions are made and served with. */
export const ONNXRUNTIME_VERSION = "1.30.0";
