package io.facekit.runtime.run;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxImporter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Foreign;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One case of ONNX's backend suite: a model, inputs, and the outputs that they must give. It is
 * tried as it is, and with all inputs but the first as constants, which is what networks have.
 */
final class BackendCase {
  /** The suite's own tolerance, ONNX's {@code backend/test/runner}, with a larger absolute one. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-5;

  private final Path folder;

  BackendCase(Path folder) {
    this.folder = folder;
  }

  /** What became of a case. */
  enum Outcome {
    /** All operators are modelled, and the outputs match. */
    PASS,
    /** Some node passed through as it is, and the outputs match. */
    PASSED_THROUGH,
    REFUSED,
    /** ONNX Runtime does not run the suite's own model, or gives others than the case's outputs. */
    NOT_RUN,
    FAIL;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  record Result(Outcome outcome, String why) {}

  String name() {
    return Objects.requireNonNull(folder.getParent()).getFileName() + "/" + folder.getFileName();
  }

  Result run() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
    Result constant = attempt(withConstants(model));
    Result plain = attempt(model);
    if (constant.outcome() == Outcome.FAIL || plain.outcome() == Outcome.PASS) {
      return constant.outcome() == Outcome.FAIL ? constant : plain;
    }
    boolean better =
        plain.outcome() != Outcome.FAIL && constant.outcome().compareTo(plain.outcome()) < 0;
    return better ? constant : plain;
  }

  private Result attempt(ModelProto model) throws IOException {
    byte[] emitted;
    boolean foreign;
    Graph graph;
    try {
      graph =
          OnnxImporter.load(
                  OnnxReader.read("model.onnx", ByteBuffer.wrap(model.toByteArray())),
                  Optional.empty())
              .graph();
      Pipelines.run(Pipelines.CANONICAL, graph);
      foreign = graph.nodes().stream().anyMatch(n -> n.op() instanceof Foreign);
      emitted = OnnxEmitter.emit(graph, Quantization.NONE, OnnxOptions.of("test"));
    } catch (FacekitException e) {
      boolean bug = e.problems().stream().anyMatch(p -> p.id() == ErrorId.INTERNAL);
      return new Result(
          bug ? Outcome.FAIL : Outcome.REFUSED, String.valueOf(e.getMessage()).split("\n", 2)[0]);
    }
    Result ours;
    try {
      ours = compare(emitted, graph.inputs().stream().map(Value::name).toList(), foreign);
    } catch (OrtException e) {
      ours = new Result(Outcome.FAIL, OneLine.of(e.getMessage()));
    } catch (FacekitException e) {
      return new Result(Outcome.NOT_RUN, "the case's data: " + e.getMessage());
    }
    return ours.outcome() == Outcome.FAIL && !suiteMatches(model)
        ? new Result(Outcome.NOT_RUN, ours.why())
        : ours;
  }

  private boolean suiteMatches(ModelProto model) throws IOException {
    try {
      List<String> names = inputs(model).stream().map(ValueInfoProto::getName).toList();
      return compare(model.toByteArray(), names, false).outcome() == Outcome.PASS;
    } catch (OrtException e) {
      return false;
    }
  }

  private static List<ValueInfoProto> inputs(ModelProto model) {
    List<String> constants =
        model.getGraph().getInitializerList().stream().map(TensorProto::getName).toList();
    return model.getGraph().getInputList().stream()
        .filter(i -> !constants.contains(i.getName()))
        .toList();
  }

  private ModelProto withConstants(ModelProto model) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInput();
    List<ValueInfoProto> inputs = inputs(model);
    for (int i = 0; i < inputs.size(); i++) {
      if (i == 0 || !inputs.get(i).getType().hasTensorType()) {
        graph.addInput(inputs.get(i));
      } else {
        graph.addInitializer(
            TensorProto.parseFrom(file("input", i)).toBuilder().setName(inputs.get(i).getName()));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private byte[] file(String kind, int index) throws IOException {
    return Files.readAllBytes(
        folder.resolve("test_data_set_0").resolve(kind + "_" + index + ".pb"));
  }

  private TensorData data(String kind, int index) throws IOException {
    ModelProto holder =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(
                GraphProto.newBuilder()
                    .addInitializer(
                        TensorProto.parseFrom(file(kind, index)).toBuilder().setName("t")))
            .build();
    return Objects.requireNonNull(
        OnnxReader.read("data", ByteBuffer.wrap(holder.toByteArray())).constants().get("t"));
  }

  private Result compare(byte[] model, List<String> names, boolean foreign)
      throws IOException, OrtException {
    OrtEnvironment environment = OnnxEnvironment.get();
    Map<String, OnnxTensorLike> tensors = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    try (OrtSession.SessionOptions options =
            OnnxEnvironment.sessionOptions(OnnxRunner.Options.DEFAULT);
        OrtSession session = environment.createSession(model, options)) {
      for (int i = 0; i < names.size(); i++) {
        tensors.put(names.get(i), tensor(environment, session, names.get(i), data("input", i)));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        for (int i = 0; i < result.size(); i++) {
          String difference = difference(data("output", i), (OnnxTensor) result.get(i));
          if (!difference.isEmpty()) {
            wrong.add("output " + i + ": " + difference);
          }
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensorLike::close);
    }
    if (!wrong.isEmpty()) {
      return new Result(Outcome.FAIL, String.join(", ", wrong));
    }
    return new Result(foreign ? Outcome.PASSED_THROUGH : Outcome.PASS, "");
  }

  /** Float16 is float32 in facekit's graphs. */
  private static OnnxTensor tensor(
      OrtEnvironment environment, OrtSession session, String name, TensorData data)
      throws OrtException {
    OnnxJavaType type =
        ((ai.onnxruntime.TensorInfo)
                Objects.requireNonNull(session.getInputInfo().get(name)).getInfo())
            .type;
    TensorData given =
        data.dtype() == DType.FLOAT16 && type == OnnxJavaType.FLOAT
            ? TensorData.of(data.toFloats(), data.shape().at(1))
            : data;
    ByteBuffer bytes = ByteBuffer.allocateDirect(given.sizeBytes()).order(ByteOrder.nativeOrder());
    bytes.put(given.bytes()).flip();
    return OnnxTensor.createTensor(environment, bytes, given.shape().at(1), type);
  }

  private static String difference(TensorData expected, OnnxTensor actual) {
    long[] shape = actual.getInfo().getShape();
    if (!java.util.Arrays.equals(shape, expected.shape().at(1))) {
      return "shape " + java.util.Arrays.toString(shape) + ", not " + expected.shape();
    }
    @Nullable DType dtype =
        switch (actual.getInfo().type) {
          case FLOAT -> DType.FLOAT32;
          case FLOAT16 -> DType.FLOAT16;
          case DOUBLE -> DType.FLOAT64;
          case INT8 -> DType.INT8;
          case UINT8 -> DType.UINT8;
          case INT16 -> DType.INT16;
          case INT32 -> DType.INT32;
          case INT64 -> DType.INT64;
          case BOOL -> DType.BOOL;
          default -> null;
        };
    if (dtype == null) {
      return "type " + actual.getInfo().type;
    }
    TensorData values = new TensorData(dtype, expected.shape(), actual.getByteBuffer());
    for (int i = 0; i < values.elements(); i++) {
      double a = values.doubleAt(i);
      double e = expected.doubleAt(i);
      boolean same =
          a == e
              || (Double.isNaN(a) && Double.isNaN(e))
              || Math.abs(a - e) <= ABSOLUTE + RELATIVE * Math.abs(e);
      if (!same) {
        return a + " at " + i + ", not " + e;
      }
    }
    return "";
  }
}
