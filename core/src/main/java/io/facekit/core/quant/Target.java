package io.facekit.core.quant;

/** Target profiles: the runtime and processor that an artifact is spelled for. */
public enum Target {
  /** Portable ONNX: ops as the model has them. */
  ONNX("onnx", ".onnx"),
  /** ONNX Runtime's CPU provider on x86-64. */
  ORT_X86("ort-x86", ".onnx"),
  /** TensorFlow Lite with the XNNPACK delegate. */
  TFLITE_XNNPACK("tflite-xnnpack", ".tflite");

  private final String id;
  private final String extension;

  Target(String id, String extension) {
    this.id = id;
    this.extension = extension;
  }

  /** The name in recipes and on the command line. */
  public String id() {
    return id;
  }

  public String extension() {
    return extension;
  }
}
