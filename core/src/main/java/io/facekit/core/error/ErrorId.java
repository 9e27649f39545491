package io.facekit.core.error;

/**
 * Every kind of error that a user can meet, with its stable code and exit code. The catalogue in
 * {@code docs/errors.md} is generated from this list.
 */
public enum ErrorId {
  // Model files: what they are.
  FILE_NOT_FOUND("FK-IN-001", ExitCode.IO, "the file does not exist or cannot be read"),
  FILE_EMPTY("FK-IN-002", ExitCode.MODEL, "the file is empty"),
  KIND_UNKNOWN("FK-IN-003", ExitCode.MODEL, "the content is of no kind that facekit knows"),
  KIND_NOT_A_MODEL("FK-IN-004", ExitCode.MODEL, "the file is a page or a pointer, not a model"),
  KIND_UNSUPPORTED("FK-IN-005", ExitCode.MODEL, "a known kind of model that this verb cannot read"),
  FILE_TOO_LARGE("FK-IN-006", ExitCode.MODEL, "the file is larger than facekit reads"),

  // Zip archives.
  ZIP_MALFORMED("FK-ZIP-001", ExitCode.MODEL, "the zip structure is damaged"),
  ZIP_AMBIGUOUS("FK-ZIP-002", ExitCode.SECURITY, "two readers could see two different archives"),
  ZIP_PATH("FK-ZIP-003", ExitCode.SECURITY, "an entry name leaves the archive's folder"),
  ZIP_BOMB("FK-ZIP-004", ExitCode.SECURITY, "an entry inflates far beyond what a model needs"),

  // Pickles.
  PICKLE_MALFORMED("FK-PKL-001", ExitCode.MODEL, "the pickle stream is damaged"),
  PICKLE_GLOBAL("FK-PKL-002", ExitCode.SECURITY, "the pickle names code that facekit never loads"),
  PICKLE_LIMIT("FK-PKL-003", ExitCode.SECURITY, "the pickle exceeds a safety limit"),
  PICKLE_MODULE("FK-PKL-004", ExitCode.MODEL, "a pickled module needs its author's Python code"),

  // Checkpoints.
  CHECKPOINT_MALFORMED("FK-CK-001", ExitCode.MODEL, "the checkpoint's container is damaged"),
  CHECKPOINT_EMPTY("FK-CK-002", ExitCode.MODEL, "the checkpoint holds no named weights"),

  // Architectures of weights without a graph.
  ARCH_UNKNOWN("FK-AR-001", ExitCode.MODEL, "no known architecture has these weights"),
  ARCH_MISMATCH("FK-AR-002", ExitCode.MODEL, "the weights do not fit their architecture"),
  ARCH_REFUSED("FK-AR-003", ExitCode.MODEL, "a known architecture that cannot be converted"),

  // Tensors.
  TENSOR_MALFORMED("FK-TN-001", ExitCode.MODEL, "a tensor does not fit its storage"),
  TENSOR_DTYPE("FK-TN-002", ExitCode.MODEL, "a tensor has an element type that is not supported"),
  TENSOR_NOT_FINITE("FK-TN-003", ExitCode.MODEL, "a weight is NaN or infinite"),

  // TorchScript.
  TS_MALFORMED("FK-TS-001", ExitCode.MODEL, "the TorchScript code cannot be parsed"),
  TS_CONSTRUCT("FK-TS-002", ExitCode.MODEL, "a TorchScript construct is not supported"),
  TS_OPERATOR("FK-TS-003", ExitCode.MODEL, "operators have no lowering"),
  TS_TRAINING("FK-TS-004", ExitCode.MODEL, "the model was saved in training mode"),
  TS_SIGNATURE("FK-TS-005", ExitCode.MODEL, "forward does not take one image batch"),
  TS_ARGUMENT("FK-TS-006", ExitCode.MODEL, "an operator is used in a form that is not supported"),
  TS_ALIAS("FK-TS-007", ExitCode.MODEL, "a view is written in place"),
  TS_RAISES("FK-TS-008", ExitCode.MODEL, "the model raises an error for this input"),

  // torch.export programs.
  PT2_MALFORMED("FK-EP-001", ExitCode.MODEL, "the torch.export program is damaged"),
  PT2_CONSTRUCT("FK-EP-002", ExitCode.MODEL, "a torch.export construct is not supported"),
  // ONNX.
  ONNX_MALFORMED("FK-ON-001", ExitCode.MODEL, "the ONNX file is damaged"),
  ONNX_VERSION("FK-ON-002", ExitCode.MODEL, "the version of the ONNX file is not read"),
  ONNX_CONSTRUCT("FK-ON-003", ExitCode.MODEL, "an ONNX construct is not supported"),
  ONNX_OPERATOR("FK-ON-004", ExitCode.MODEL, "operators are unknown and cannot pass through"),
  ONNX_ARGUMENT("FK-ON-005", ExitCode.MODEL, "an operator is used in a form that is not supported"),
  ONNX_SIGNATURE(
      "FK-ON-006", ExitCode.MODEL, "the graph has no inputs and outputs of a face model"),
  ONNX_EXTERNAL("FK-ON-007", ExitCode.SECURITY, "the file refers to data outside its folder"),
  ONNX_OPSET("FK-ON-008", ExitCode.MODEL, "an unknown operator changed between two operator sets"),

  // Graphs.
  GRAPH_SHAPE("FK-GR-001", ExitCode.MODEL, "shapes do not fit together"),
  GRAPH_BATCH("FK-GR-002", ExitCode.MODEL, "the batch size is fixed inside the model"),
  GRAPH_TARGET("FK-GR-003", ExitCode.MODEL, "operators cannot be expressed in the target format"),

  // Command line and recipe.
  USAGE("FK-CL-001", ExitCode.USAGE, "the command line is wrong"),
  RECIPE_SYNTAX("FK-RC-001", ExitCode.USAGE, "the recipe is not valid JSON or YAML"),
  RECIPE_KEY("FK-RC-002", ExitCode.USAGE, "a recipe key is unknown or given twice"),
  RECIPE_VALUE("FK-RC-003", ExitCode.USAGE, "a recipe value is not allowed"),
  RECIPE_SELECTOR("FK-RC-004", ExitCode.USAGE, "a selector matches nothing"),
  RECIPE_PRECISION("FK-RC-005", ExitCode.USAGE, "a layer cannot have the requested precision"),
  RECIPE_PREPROCESSING("FK-RC-006", ExitCode.USAGE, "nothing says how faces are prepared"),

  // Images.
  DATA_EMPTY("FK-DA-001", ExitCode.DATA, "there are no usable images"),
  DATA_IMAGE("FK-DA-002", ExitCode.DATA, "images cannot be decoded"),
  DATA_SIZE("FK-DA-003", ExitCode.DATA, "images do not have the size that the model takes"),
  DATA_NOT_FINITE("FK-DA-004", ExitCode.DATA, "an activation is NaN or infinite"),
  DATA_IDENTITIES("FK-DA-005", ExitCode.DATA, "identity labels are missing or too few"),
  DATA_TOO_MANY("FK-DA-006", ExitCode.DATA, "there are more images than facekit reads"),

  // Files written.
  OUTPUT_EXISTS("FK-IO-001", ExitCode.IO, "the output exists"),
  OUTPUT_IS_INPUT("FK-IO-002", ExitCode.IO, "the output would overwrite the input"),
  OUTPUT_LOCKED("FK-IO-003", ExitCode.IO, "another facekit writes to the same output"),
  OUTPUT_FAILED("FK-IO-004", ExitCode.IO, "the output cannot be written"),
  INPUT_FAILED("FK-IO-005", ExitCode.IO, "an input cannot be read"),

  // Own output, run and compared.
  VERIFY_REFERENCE("FK-VE-001", ExitCode.SELF_CHECK, "an artifact differs from its source"),
  VERIFY_BATCH("FK-VE-002", ExitCode.SELF_CHECK, "an artifact gives other rows at another batch"),
  VERIFY_FORMAT(
      "FK-VE-003", ExitCode.SELF_CHECK, "an artifact does not pass its format's verifier"),
  VERIFY_FUSION("FK-VE-004", ExitCode.SELF_CHECK, "planned INT8 nodes did not become integer"),

  // Runtimes.
  RUNTIME_FAILED("FK-RT-001", ExitCode.INTERNAL, "a native runtime failed"),
  RUNTIME_UNAVAILABLE("FK-RT-002", ExitCode.IO, "a native runtime cannot be started"),
  RUNTIME_TIMEOUT("FK-RT-003", ExitCode.RESOURCES, "a native runtime took too long"),
  OUT_OF_MEMORY("FK-RT-004", ExitCode.RESOURCES, "there is not enough memory"),

  // Gates.
  GATE_ACCURACY("FK-GA-001", ExitCode.ACCURACY_GATE, "an accuracy gate failed"),
  GATE_BUDGET("FK-GA-002", ExitCode.BUDGET_GATE, "a size or latency gate failed"),

  INTERNAL("FK-BUG-001", ExitCode.INTERNAL, "internal error: please report it");

  private final String code;
  private final ExitCode exit;
  private final String title;

  ErrorId(String code, ExitCode exit, String title) {
    this.code = code;
    this.exit = exit;
    this.title = title;
  }

  /** The stable code, for example {@code FK-TS-003}. */
  public String code() {
    return code;
  }

  public ExitCode exit() {
    return exit;
  }

  /** What this kind of error is, in a few words. */
  public String title() {
    return title;
  }
}
