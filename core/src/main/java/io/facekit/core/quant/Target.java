package io.facekit.core.quant;

/**
 * Target profiles: the runtime and processor that an artifact is spelled for. What differs between
 * them is said here as data; nobody else compares targets with each other.
 */
public enum Target {
  /** Portable ONNX: ops as the model has them. */
  ONNX("onnx", Format.ONNX, Arithmetic.AFFINE),
  /** ONNX Runtime's CPU provider on x86-64 with VNNI. */
  ORT_X86("ort-x86", Format.ONNX, Arithmetic.AFFINE),
  /** ONNX Runtime's CPU provider on x86-64 with AVX2 or AVX-512 but without VNNI. */
  ORT_X86_AVX2("ort-x86-avx2", Format.ONNX, Arithmetic.AFFINE_IN_INT16),
  /** ONNX Runtime's CPU provider on ARM64: int8 activations, zero points as they come. */
  ORT_ARM("ort-arm", Format.ONNX, Arithmetic.AFFINE),
  /**
   * TensorRT and what reads QuantizeLinear as it does: symmetric int8 on the inputs of what has
   * weights, float outputs and biases, and fusion left to the runtime.
   */
  TENSORRT_LIKE("tensorrt-like", Format.ONNX, Arithmetic.SYMMETRIC),
  /** TensorFlow Lite with the XNNPACK delegate. */
  TFLITE_XNNPACK("tflite-xnnpack", Format.TFLITE, Arithmetic.AFFINE),
  /** TensorFlow Lite with the GPU delegate, which computes in float16: no integers at all. */
  TFLITE_GPU("tflite-gpu", Format.TFLITE, Arithmetic.FLOAT),
  /** TensorFlow Lite with Android's NNAPI. */
  TFLITE_NNAPI("tflite-nnapi", Format.TFLITE, Arithmetic.AFFINE),
  /** TensorFlow Lite with Qualcomm's Hexagon DSP. */
  TFLITE_HEXAGON("tflite-hexagon", Format.TFLITE, Arithmetic.AFFINE),
  /** TensorFlow Lite for Google's Edge TPU. */
  TFLITE_EDGETPU("tflite-edgetpu", Format.TFLITE, Arithmetic.AFFINE);

  /** File formats. */
  public enum Format {
    ONNX(".onnx"),
    TFLITE(".tflite");

    private final String extension;

    Format(String extension) {
      this.extension = extension;
    }

    public String extension() {
      return extension;
    }
  }

  /** How integers are computed with. Targets with the same arithmetic get the same integers. */
  public enum Arithmetic {
    /** 8-bit activations with any zero point, exact products and sums. */
    AFFINE,
    /**
     * The same, but two neighbouring products of a uint8 and an int8 code are added in int16, which
     * saturates: the instruction VPMADDUBSW.
     */
    AFFINE_IN_INT16,
    /** Signed 8-bit activations whose zero point is 0. */
    SYMMETRIC,
    /** None: what is planned as INT8 is stored as FP16. */
    FLOAT
  }

  private final String id;
  private final Format format;
  private final Arithmetic arithmetic;

  Target(String id, Format format, Arithmetic arithmetic) {
    this.id = id;
    this.format = format;
    this.arithmetic = arithmetic;
  }

  /** The name in recipes and on the command line. */
  public String id() {
    return id;
  }

  public Format format() {
    return format;
  }

  public boolean isTflite() {
    return format == Format.TFLITE;
  }

  public String extension() {
    return format.extension();
  }

  public Arithmetic arithmetic() {
    return arithmetic;
  }

  /** What stands in file names, so that the artifacts of a recipe's targets differ in name. */
  public String fileSuffix() {
    return switch (this) {
      case ONNX, ORT_X86, TFLITE_XNNPACK -> "";
      default -> "-" + id;
    };
  }

  /** Whether activations are int8 in the artifact, and not uint8. */
  public boolean hasSignedCodes() {
    return this == ORT_ARM || this == TENSORRT_LIKE || isTflite();
  }

  /** Whether this is ONNX Runtime's CPU provider, whose kernels are known. */
  public boolean isOnnxRuntime() {
    return this == ORT_X86 || this == ORT_X86_AVX2 || this == ORT_ARM;
  }

  /** Whether the number of images may be left open; compilers of accelerators want it fixed. */
  public boolean hasDynamicBatch() {
    return this != TFLITE_HEXAGON && this != TFLITE_EDGETPU;
  }

  /**
   * The window of the convolution that a PRelu is spelled with, so that it can be integer; 0 where
   * PRelu stays. The Hexagon delegate has no depthwise convolution that is less than 2 high.
   */
  public int preluWindow() {
    return switch (this) {
      case ORT_X86, ORT_X86_AVX2, ORT_ARM, TFLITE_NNAPI, TFLITE_EDGETPU -> 1;
      case TFLITE_HEXAGON -> 3;
      case ONNX, TENSORRT_LIKE, TFLITE_XNNPACK, TFLITE_GPU -> 0;
    };
  }

  /**
   * Whether only the inputs of nodes with weights are quantized: their outputs and biases are
   * float, and the runtime itself fuses what follows, down to the next QuantizeLinear.
   */
  public boolean quantizesInputsOnly() {
    return this == TENSORRT_LIKE;
  }

  /**
   * Whether times that are measured on a processor say something about this target.
   *
   * @param processor as in the system property {@code os.arch}
   */
  public boolean isTimedOn(String processor) {
    return switch (this) {
      case ORT_ARM -> processor.equals("aarch64");
      case ONNX, ORT_X86, ORT_X86_AVX2, TFLITE_XNNPACK -> true;
      case TENSORRT_LIKE, TFLITE_GPU, TFLITE_NNAPI, TFLITE_HEXAGON, TFLITE_EDGETPU -> false;
    };
  }
}
