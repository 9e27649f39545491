package io.facekit.runtime.run;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Target;
import io.facekit.core.tensor.Half;
import io.facekit.runtime.file.Leftovers;
import io.facekit.runtime.file.WorkFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A model in ONNX Runtime's CPU execution provider, in this process. */
public final class OnnxRunner implements Runner {
  private static final String IN_MEMORY = "ONNX model";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String name;
  private final String inputName;
  private final TensorInfo input;
  private final String outputName;
  private final ImageSize size;
  private @Nullable OnnxTaps taps;
  private @Nullable ByteBuffer inputBytes;

  /**
   * How ONNX Runtime opens a model.
   *
   * @param threads inside one operator, at least 1
   * @param signedCodes whether operators on int8 activations are fused wherever this runs, as on
   *     ARM; on x86-64 the runtime has no fast kernels for them and keeps them in float
   */
  public record Options(int threads, Optimization optimization, boolean signedCodes) {
    /** One thread, all optimizations. */
    public static final Options DEFAULT = new Options(1, Optimization.ALL, false);

    public Options {
      if (threads < 1) {
        throw new IllegalArgumentException("threads " + threads);
      }
    }

    public Options with(Optimization other) {
      return new Options(threads, other, signedCodes);
    }

    /** As the artifacts of a target are opened. */
    public Options forCodesOf(Target target) {
      return new Options(threads, optimization, target.hasSignedCodes());
    }
  }

  /** ONNX Runtime's levels of graph rewriting. */
  public enum Optimization {
    NONE,
    BASIC,
    /** With fusions, among them those to integer operators. */
    EXTENDED,
    /** With changes of the memory layout: what an application gets. */
    ALL
  }

  private OnnxRunner(
      OrtEnvironment environment, OrtSession session, String name, @Nullable ImageSize known)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.name = name;
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1) {
      throw unsupported("the model has " + inputs.size() + " inputs, not 1");
    }
    NodeInfo only = inputs.values().iterator().next();
    this.inputName = only.getName();
    if (!(only.getInfo() instanceof TensorInfo tensor)) {
      throw unsupported("the model's input is no tensor");
    }
    this.input = tensor;
    this.size = known != null && isOpen(tensor) ? known : imageSize(tensor.getShape());
    if (tensor.type != OnnxJavaType.FLOAT
        && tensor.type != OnnxJavaType.FLOAT16
        && tensor.type != OnnxJavaType.UINT8) {
      throw unsupported("the model's input has the element type " + tensor.type);
    }
    this.outputName = session.getOutputInfo().keySet().iterator().next();
  }

  /**
   * Opens a model file with {@link Options#DEFAULT}.
   *
   * @throws FacekitException FILE_NOT_FOUND, RUNTIME_UNAVAILABLE without ONNX Runtime,
   *     RUNTIME_FAILED if it refuses the model, KIND_UNSUPPORTED if that does not take one batch of
   *     images
   */
  public static OnnxRunner open(Path model) {
    return open(model, Options.DEFAULT);
  }

  /** {@link #open(Path)} with the given options. */
  public static OnnxRunner open(Path model, Options options) {
    return open(read(model), String.valueOf(model.getFileName()), options);
  }

  /** {@link #open(Path)} of a model that is in memory. */
  public static OnnxRunner open(byte[] model, Options options) {
    return open(model, IN_MEMORY, options);
  }

  /**
   * {@link #open(Path)} of a model whose weights may be in files beside it, and whose images may
   * have any size.
   *
   * @param size of the images, if the model does not say
   */
  public static OnnxRunner openInPlace(Path model, ImageSize size) {
    return open(
        (environment, options) -> environment.createSession(model.toString(), options),
        String.valueOf(model.getFileName()),
        Options.DEFAULT,
        size);
  }

  /** Loads a model into ONNX Runtime. */
  private interface Loading {
    OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  private static OnnxRunner open(byte[] model, String name, Options options) {
    return open((e, o) -> e.createSession(model, o), name, options, null);
  }

  private static OnnxRunner open(
      Loading loading, String name, Options options, @Nullable ImageSize size) {
    OrtEnvironment environment = OnnxEnvironment.get();
    try (OrtSession.SessionOptions sessionOptions = OnnxEnvironment.sessionOptions(options)) {
      OrtSession session = Leftovers.whole(() -> loading.session(environment, sessionOptions));
      try {
        return new OnnxRunner(environment, session, name, size);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw failed(name, "ONNX Runtime cannot open the model", e);
    }
  }

  /**
   * The graph that ONNX Runtime makes of a model, as ONNX bytes: what really runs. It may use
   * operators of ONNX Runtime's own domains.
   *
   * @throws FacekitException as {@link #open(Path)}; OUTPUT_FAILED without a temporary folder
   */
  public static byte[] optimize(Path model, Optimization optimization) {
    return optimize(
        read(model), String.valueOf(model.getFileName()), Options.DEFAULT.with(optimization));
  }

  /** {@link #optimize(Path, Optimization)} of a model that is in memory. */
  public static byte[] optimize(byte[] model, Options options) {
    return optimize(model, IN_MEMORY, options);
  }

  private static byte[] optimize(byte[] model, String name, Options options) {
    OrtEnvironment environment = OnnxEnvironment.get();
    try (WorkFolder folder = WorkFolder.create();
        OrtSession.SessionOptions sessionOptions = OnnxEnvironment.sessionOptions(options)) {
      Path written = folder.path().resolve("model.onnx");
      sessionOptions.setOptimizedModelFilePath(written.toString());
      Leftovers.whole(() -> environment.createSession(model, sessionOptions)).close();
      return Files.readAllBytes(written);
    } catch (OrtException e) {
      throw failed(name, "ONNX Runtime cannot optimize the model", e);
    } catch (IOException e) {
      throw Problem.of(ErrorId.OUTPUT_FAILED, "the folder of temporary files cannot be used")
          .at(System.getProperty("java.io.tmpdir"))
          .asException(e);
    }
  }

  @Override
  public String runtime() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public ImageSize inputSize() {
    return size;
  }

  /** The names of the graph's outputs, in its order. */
  public List<String> outputNames() {
    return List.copyOf(session.getOutputNames());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The embedding is the graph's first output.
   *
   * @throws FacekitException GRAPH_BATCH if the model does not give one row for each image
   */
  @Override
  public float[] run(float[] images, int batch) {
    return run(images, batch, List.of(outputName));
  }

  /**
   * {@inheritDoc}
   *
   * @throws FacekitException GRAPH_BATCH if an output does not have one row for each image
   */
  @Override
  public float[] outputs(float[] images, int batch) {
    return run(images, batch, outputNames());
  }

  private float[] run(float[] images, int batch, List<String> names) {
    checkInput(images.length, batch);
    try (OnnxTensor tensor = tensor(images, batch);
        OrtSession.Result result =
            Leftovers.whole(() -> session.run(Map.of(inputName, tensor), Set.copyOf(names)))) {
      List<float[]> outputs = new ArrayList<>();
      for (String output : names) {
        outputs.add(rows((OnnxTensor) result.get(output).orElseThrow(), batch));
      }
      return OutputRows.join(outputs, batch);
    } catch (OrtException e) {
      throw failed(name, "ONNX Runtime failed on a batch of " + batch, e);
    }
  }

  private float[] rows(OnnxTensor output, int batch) {
    long[] shape = output.getInfo().getShape();
    if (shape.length < 2 || shape[0] != batch) {
      throw Problem.of(
              ErrorId.GRAPH_BATCH,
              "the model does not give one row for each of " + batch + " images")
          .at(name)
          .found("output of " + Arrays.toString(shape))
          .asException();
    }
    FloatBuffer values = output.getFloatBuffer();
    if (values == null) {
      throw unsupported("the output has the element type " + output.getInfo().type);
    }
    float[] rows = new float[values.remaining()];
    values.get(rows);
    return rows;
  }

  /** The batch size that the model is fixed to; empty if it takes any. */
  public OptionalInt fixedBatch() {
    long fixed = input.getShape()[0];
    return fixed > 0 ? OptionalInt.of(Math.toIntExact(fixed)) : OptionalInt.empty();
  }

  /**
   * Runs one batch and hands over several of the graph's outputs. From the second run with the same
   * batch and the same outputs on, float32 values are written by the runtime straight to the
   * buffers that the sink sees.
   *
   * @param images {@code [batch, C, H, W]}, row-major
   * @param outputs names of graph outputs of type float32 or float16
   * @param sink called for each output in the given order; the buffer is valid until the next call
   *     or the end of this runner
   * @throws FacekitException RUNTIME_FAILED
   */
  public void runAll(
      float[] images, int batch, List<String> outputs, BiConsumer<String, FloatBuffer> sink) {
    checkInput(images.length, batch);
    OnnxTaps current = taps;
    if (current == null || !current.fits(batch, outputs)) {
      if (current != null) {
        current.close();
      }
      current = new OnnxTaps(batch, outputs);
      taps = current;
    }
    try (OnnxTensor tensor = tensor(images, batch)) {
      current.run(environment, session, Map.of(inputName, tensor), sink);
    } catch (OrtException e) {
      throw failed(name, "ONNX Runtime failed on a batch of " + batch, e);
    }
  }

  @Override
  public void close() {
    if (taps != null) {
      taps.close();
      taps = null;
    }
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(name, "ONNX Runtime cannot close the model", e);
    }
  }

  private OnnxTensor tensor(float[] images, int batch) throws OrtException {
    long[] shape = {batch, size.channels(), size.height(), size.width()};
    int elementBytes =
        switch (input.type) {
          case FLOAT -> 4;
          case FLOAT16 -> 2;
          default -> 1;
        };
    ByteBuffer bytes = direct(Math.multiplyExact(images.length, elementBytes));
    switch (input.type) {
      case FLOAT -> bytes.asFloatBuffer().put(images);
      case FLOAT16 -> {
        for (float value : images) {
          bytes.putShort(Half.fromFloat(value));
        }
      }
      default -> {
        for (float value : images) {
          bytes.put((byte) Math.round(value));
        }
      }
    }
    return OnnxTensor.createTensor(environment, bytes.rewind(), shape, input.type);
  }

  /** A buffer that is kept, as freeing direct memory waits for the garbage collector. */
  private ByteBuffer direct(int sizeBytes) {
    ByteBuffer kept = inputBytes;
    if (kept == null || kept.capacity() < sizeBytes) {
      kept = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
      inputBytes = kept;
    }
    return kept.slice(0, sizeBytes).order(ByteOrder.nativeOrder());
  }

  private void checkInput(int elements, int batch) {
    if (batch < 1 || elements != Math.multiplyExact(batch, size.elements())) {
      throw new IllegalArgumentException(elements + " floats for a batch of " + batch);
    }
    fixedBatch()
        .ifPresent(
            fixed -> {
              if (fixed != batch) {
                throw Problem.of(
                        ErrorId.GRAPH_BATCH,
                        "the model takes a batch of " + fixed + ", not of " + batch)
                    .at(name)
                    .asException();
              }
            });
  }

  private static boolean isOpen(TensorInfo tensor) {
    long[] shape = tensor.getShape();
    return shape.length == 4 && (shape[1] < 1 || shape[2] < 1 || shape[3] < 1);
  }

  private ImageSize imageSize(long[] shape) {
    if (shape.length != 4 || shape[1] < 1 || shape[2] < 1 || shape[3] < 1) {
      throw unsupported("the model's input is not [batch, C, H, W] but " + Arrays.toString(shape));
    }
    return new ImageSize(
        Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), Math.toIntExact(shape[3]));
  }

  private FacekitException unsupported(String what) {
    return Problem.of(ErrorId.KIND_UNSUPPORTED, what).at(name).asException();
  }

  private static FacekitException failed(String name, String what, OrtException e) {
    return Problem.of(ErrorId.RUNTIME_FAILED, what)
        .at(name)
        .found(OneLine.of(e.getMessage()))
        .asException(e);
  }

  private static byte[] read(Path model) {
    try {
      return Files.readAllBytes(model);
    } catch (IOException e) {
      throw Problem.of(
              e instanceof NoSuchFileException ? ErrorId.FILE_NOT_FOUND : ErrorId.INPUT_FAILED,
              "the model cannot be read")
          .at(model.toString())
          .found(e.getClass().getSimpleName())
          .asException(e);
    }
  }
}
