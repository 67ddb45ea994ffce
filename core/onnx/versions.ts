/** Operator sets that every graph imports. ONNX Runtime 1.30 reads up to opset 25 and ai.onnx.ml 5. */
export const OPSET = 21;
/** ai.onnx.ml 5 brought `TreeEnsemble`. https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html */
export const ML_OPSET = 5;
/** File format that ONNX's version table pairs with opset 21 and ai.onnx.ml 5. */
export const IR_VERSION = 10;

export const DEFAULT_DOMAIN = "";
export const ML_DOMAIN = "ai.onnx.ml";
/**
 * Operators that ONNX Runtime has beside the standard's, of which text needs `Tokenizer`. Only graphs that
 * use one import it. https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const CONTRIB_DOMAIN = "com.microsoft";
export const CONTRIB_OPSET = 1;
