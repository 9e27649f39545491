package io.facekit.runtime.run;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.runtime.file.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.MutableOpResolver;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.jspecify.annotations.Nullable;

/**
 * A TFLite artifact in the TensorFlow Lite interpreter, with or without the XNNPACK delegate: one
 * NHWC image batch of float32 or uint8 in, float32 tensors out.
 */
public final class TfliteRunner implements Runner {
  private static final int OK = tensorflowlite.kTfLiteOk;

  private final String place;
  private final boolean xnnpack;
  private final BytePointer bytes;
  private @Nullable FlatBufferModel model;
  private @Nullable MutableOpResolver resolver;
  private @Nullable InterpreterBuilder builder;
  private @Nullable Interpreter interpreter;
  private ImageSize size = new ImageSize(0, 0, 0);
  private boolean bytesIn;

  /** How the input's floats become codes; null if it takes floats, or plain pixels. */
  private @Nullable TfliteCodes inputCodes;

  private int batch;
  private float[] nhwc = new float[0];

  private TfliteRunner(String place, byte[] file, boolean xnnpack) {
    this.place = place;
    this.xnnpack = xnnpack;
    this.bytes = new BytePointer(file.length);
    bytes.put(file, 0, file.length);
  }

  /**
   * Opens an artifact and prepares it for a batch of 1.
   *
   * @param threads of the interpreter; at least 1
   * @param xnnpack whether XNNPACK takes the operators that it supports; otherwise TFLite's own
   *     kernels run all of them
   * @throws FacekitException INPUT_FAILED if the file cannot be read, RUNTIME_FAILED if the
   *     interpreter refuses it, RUNTIME_UNAVAILABLE if there is no interpreter for this machine
   */
  public static TfliteRunner open(Path file, int threads, boolean xnnpack) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the artifact cannot be read")
          .at(String.valueOf(file.getFileName()))
          .asException(e);
    }
    try {
      TfliteLog.quiet();
    } catch (LinkageError e) {
      throw Problem.of(
              ErrorId.RUNTIME_UNAVAILABLE, "TensorFlow Lite has no library for this machine")
          .asException(e);
    }
    TfliteRunner runner = new TfliteRunner(String.valueOf(file.getFileName()), content, xnnpack);
    try {
      return Leftovers.whole(() -> runner.start(content.length, threads));
    } catch (RuntimeException e) {
      runner.close();
      throw e;
    }
  }

  private TfliteRunner start(int sizeBytes, int threads) {
    model = FlatBufferModel.VerifyAndBuildFromBuffer(bytes, sizeBytes);
    if (model == null || model.isNull()) {
      throw failed("TensorFlow Lite does not accept the file").asException();
    }
    resolver = xnnpack ? new BuiltinOpResolver() : new BuiltinOpResolverWithoutDefaultDelegates();
    builder = new InterpreterBuilder(model, resolver);
    check(builder.SetNumThreads(threads), "set the number of threads");
    Interpreter created = new Interpreter((Pointer) null);
    interpreter = created;
    check(builder.apply(created), "build the interpreter");
    if (created.inputs().limit() != 1 || created.outputs().limit() < 1) {
      throw failed(
              "a face model has one input and an output, not "
                  + created.inputs().limit()
                  + " and "
                  + created.outputs().limit())
          .asException();
    }
    int[] in = dims(created.input_tensor(0));
    inputCodes = TfliteCodes.of(created.input_tensor(0));
    bytesIn = inputCodes == null && created.input_tensor(0).type() == tensorflowlite.kTfLiteUInt8;
    if (in.length != 4
        || (inputCodes == null
            && !bytesIn
            && created.input_tensor(0).type() != tensorflowlite.kTfLiteFloat32)) {
      throw failed("the input is not a float32, int8 or uint8 image batch")
          .found(Arrays.toString(in))
          .asException();
    }
    size = new ImageSize(in[3], in[1], in[2]);
    resize(created, 1);
    for (int i = 0; i < created.outputs().limit(); i++) {
      if (created.output_tensor(i).type() != tensorflowlite.kTfLiteFloat32
          && TfliteCodes.of(created.output_tensor(i)) == null) {
        throw failed("an output is not float32, nor int8 or uint8 with a scale").asException();
      }
    }
    return this;
  }

  @Override
  public String runtime() {
    return "TensorFlow Lite "
        + tensorflowlite.TfLiteVersion().getString()
        + (xnnpack ? " (XNNPACK)" : "");
  }

  @Override
  public ImageSize inputSize() {
    return size;
  }

  /** How many operators the artifact holds. */
  public int operators() {
    IntPointer beforeDelegation = opened().primary_subgraph().pre_delegation_execution_plan();
    return beforeDelegation == null || beforeDelegation.isNull()
        ? partitions()
        : Math.toIntExact(beforeDelegation.limit());
  }

  /** How many steps are left after delegation: 1 if the delegate took every operator. */
  public int partitions() {
    return Math.toIntExact(opened().execution_plan().limit());
  }

  /** Which operators, by their place in the file, the delegate left to TensorFlow Lite. */
  public List<Integer> leftOut() {
    int operators = operators();
    IntPointer plan = opened().execution_plan();
    List<Integer> left = new ArrayList<>();
    for (long i = 0; i < plan.limit(); i++) {
      if (plan.get(i) < operators) {
        left.add(plan.get(i));
      }
    }
    return left;
  }

  /**
   * {@inheritDoc}
   *
   * @throws FacekitException RUNTIME_FAILED if the interpreter fails or does not give one row per
   *     image
   */
  @Override
  public float[] run(float[] input, int batch) {
    return rows(invoke(input, batch), 0, batch);
  }

  /**
   * {@inheritDoc}
   *
   * @throws FacekitException as {@link #run}
   */
  @Override
  public float[] outputs(float[] input, int batch) {
    Interpreter in = invoke(input, batch);
    List<float[]> outputs = new ArrayList<>();
    for (int i = 0; i < in.outputs().limit(); i++) {
      outputs.add(rows(in, i, batch));
    }
    return OutputRows.join(outputs, batch);
  }

  private Interpreter invoke(float[] input, int batch) {
    Interpreter in = opened();
    if (batch < 1 || input.length != Math.multiplyExact((long) batch, size.elements())) {
      throw new IllegalArgumentException(
          input.length + " values for a batch of " + batch + " of " + size.elements());
    }
    if (batch != this.batch) {
      resize(in, batch);
    }
    toNhwc(input, batch);
    if (bytesIn || inputCodes != null) {
      byte[] pixels =
          inputCodes != null ? inputCodes.codes(nhwc, input.length) : new byte[input.length];
      for (int i = 0; bytesIn && i < pixels.length; i++) {
        pixels[i] = (byte) Math.round(nhwc[i]);
      }
      try (BytePointer to = new BytePointer(in.input_tensor(0).data().data())) {
        to.put(pixels, 0, pixels.length);
      }
    } else {
      try (FloatPointer to = new FloatPointer(in.input_tensor(0).data().data())) {
        to.put(nhwc, 0, input.length);
      }
    }
    check(Leftovers.whole(in::Invoke), "run a batch of " + batch);
    return in;
  }

  private float[] rows(Interpreter in, int index, int batch) {
    TfLiteTensor out = in.output_tensor(index);
    TfliteCodes codes = TfliteCodes.of(out);
    long values = codes != null ? out.bytes() : out.bytes() / Float.BYTES;
    int[] shape = dims(out);
    if (shape.length == 0 || shape[0] != batch) {
      throw failed("a batch of " + batch + " does not give as many rows")
          .found(Arrays.toString(shape))
          .asException();
    }
    float[] result = new float[Math.toIntExact(values)];
    if (codes != null) {
      byte[] read = new byte[result.length];
      try (BytePointer from = new BytePointer(out.data().data())) {
        from.get(read, 0, read.length);
      }
      return OutputRows.toNchw(codes.values(read), shape);
    }
    try (FloatPointer from = new FloatPointer(out.data().data())) {
      from.get(result, 0, result.length);
    }
    return OutputRows.toNchw(result, shape);
  }

  private void resize(Interpreter in, int newBatch) {
    this.batch = 0;
    int[] shape = {newBatch, size.height(), size.width(), size.channels()};
    check(in.ResizeInputTensor(in.inputs().get(0), shape), "set the batch size " + newBatch);
    check(Leftovers.whole(in::AllocateTensors), "prepare a batch of " + newBatch);
    this.batch = newBatch;
  }

  private void toNhwc(float[] input, int batch) {
    if (nhwc.length < input.length) {
      nhwc = new float[input.length];
    }
    int channels = size.channels();
    int plane = size.height() * size.width();
    for (int n = 0; n < batch; n++) {
      int image = n * plane * channels;
      for (int c = 0; c < channels; c++) {
        int from = image + c * plane;
        int to = image + c;
        for (int i = 0; i < plane; i++, to += channels) {
          nhwc[to] = input[from + i];
        }
      }
    }
  }

  private static int[] dims(TfLiteTensor tensor) {
    TfLiteIntArray dims = tensor.dims();
    int[] out = new int[dims.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = dims.data(i);
    }
    return out;
  }

  private Interpreter opened() {
    if (interpreter == null) {
      throw new IllegalStateException("the runner is closed");
    }
    return interpreter;
  }

  private void check(int status, String action) {
    if (status != OK) {
      throw failed("TensorFlow Lite cannot " + action).asException();
    }
  }

  private Problem failed(String what) {
    return Problem.of(ErrorId.RUNTIME_FAILED, what).at(place);
  }

  @Override
  public void close() {
    free(interpreter);
    interpreter = null;
    free(builder);
    builder = null;
    free(resolver);
    resolver = null;
    free(model);
    model = null;
    free(bytes);
  }

  private static void free(@Nullable Pointer pointer) {
    if (pointer != null) {
      pointer.deallocate();
    }
  }
}
