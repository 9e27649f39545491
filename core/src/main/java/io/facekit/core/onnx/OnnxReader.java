package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads ONNX files (<a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">IR.md</a>). The
 * file is mapped; tensors are views on it where it holds them as raw bytes, so it must not change
 * while they are used. Everything that is wrong with a file is reported at once.
 */
public final class OnnxReader {
  public static final int OLDEST_OPSET = 9;
  public static final int NEWEST_OPSET = 21;

  private static final long OLDEST_IR = 3;
  private static final long NEWEST_IR = 13;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 100_000;

  private final String file;
  private final TensorReader tensors;
  private final Problems problems = new Problems();
  private final Map<String, TensorData> constants = new LinkedHashMap<>();
  private final Map<String, OnnxModel.Info> types = new LinkedHashMap<>();
  private final Map<String, Long> domains = new TreeMap<>();

  private OnnxReader(String file, @Nullable Path folder) {
    this.file = file;
    this.tensors = new TensorReader(file, new ExternalFiles(file, folder));
  }

  /**
   * @throws FacekitException FILE errors, ONNX_MALFORMED, ONNX_VERSION, ONNX_CONSTRUCT,
   *     ONNX_EXTERNAL, TENSOR_DTYPE
   */
  public static OnnxModel read(Path path) {
    MappedFile mapped = MappedFile.open(path);
    return new OnnxReader(mapped.name(), path.toAbsolutePath().getParent()).read(mapped.bytes());
  }

  /** {@link #read(Path)} of a model in memory, which has no external data. */
  public static OnnxModel read(String name, ByteBuffer bytes) {
    return new OnnxReader(name, null).read(bytes);
  }

  static String place(String file, String name) {
    return file + "!" + printable(name);
  }

  /** A name of the file, short and without characters that a terminal would act on. */
  static String printable(String name) {
    String clean = name.replaceAll("[^\\x21-\\x7e]", "?");
    return clean.length() <= 120 ? clean : clean.substring(0, 120) + "...";
  }

  private OnnxModel read(ByteBuffer bytes) {
    ModelProto model = parse(bytes);
    int opset = versions(model);
    GraphProto graph = model.getGraph();
    constructs(model);
    problems.throwIfAny();
    for (TensorProto t : graph.getInitializerList()) {
      initializer(t);
    }
    graph.getValueInfoList().forEach(this::info);
    List<OnnxModel.Info> inputs = new ArrayList<>();
    for (ValueInfoProto v : graph.getInputList()) {
      if (!constants.containsKey(v.getName())) {
        inputs.add(info(v));
      }
    }
    List<OnnxModel.Info> outputs = graph.getOutputList().stream().map(this::info).toList();
    List<OnnxModel.Step> steps = new StepReader(file, tensors, problems).read(graph.getNodeList());
    new NameCheck(file, problems).check(inputs, constants.keySet(), steps, outputs);
    problems.throwIfAny();
    return new OnnxModel(
        file, model.getProducerName(), opset, domains, inputs, outputs, steps, constants, types);
  }

  private ModelProto parse(ByteBuffer bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes.duplicate().position(0));
    in.enableAliasing(true);
    in.setRecursionLimit(MAX_DEPTH);
    try {
      ModelProto model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw malformed("this is not a readable ONNX model").asException(e);
    } catch (IOException e) {
      throw malformed("this ONNX model ends too early").asException(e);
    }
  }

  private int versions(ModelProto model) {
    if (model.getIrVersion() < OLDEST_IR || model.getIrVersion() > NEWEST_IR) {
      problems.add(version("IR version " + model.getIrVersion() + " is not read"));
    }
    long opset = 0;
    for (OperatorSetIdProto o : model.getOpsetImportList()) {
      if (o.getDomain().isEmpty() || o.getDomain().equals(StepReader.DEFAULT_DOMAIN)) {
        opset = o.getVersion();
      } else {
        domains.put(o.getDomain(), o.getVersion());
      }
    }
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      problems.add(version("operator set " + opset + " is not read"));
      return OLDEST_OPSET;
    }
    return (int) opset;
  }

  private Problem version(String what) {
    return Problem.of(ErrorId.ONNX_VERSION, what)
        .at(file)
        .found("operator sets " + OLDEST_OPSET + " to " + NEWEST_OPSET + " are read")
        .hint("export the model again with opset_version=17");
  }

  private void constructs(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (graph.getNodeCount() > MAX_NODES) {
      problems.add(malformed("the graph has " + graph.getNodeCount() + " nodes"));
    }
    if (model.getFunctionsCount() > 0) {
      problems.add(
          Problem.of(ErrorId.ONNX_CONSTRUCT, "functions of the model are not supported")
              .at(file)
              .found(
                  String.join(
                      ", ",
                      model.getFunctionsList().stream()
                          .limit(10)
                          .map(f -> printable(f.getDomain() + "::" + f.getName()))
                          .toList()))
              .hint("inline the functions (onnx.inliner) and save the model again"));
    }
    graph
        .getSparseInitializerList()
        .forEach(
            s ->
                problems.add(
                    Problem.of(ErrorId.ONNX_CONSTRUCT, "sparse tensors are not supported")
                        .at(place(file, s.getValues().getName()))
                        .hint("save the weights as dense tensors")));
  }

  private void initializer(TensorProto t) {
    try {
      if (constants.put(t.getName(), tensors.read(t, t.getName())) != null) {
        problems.add(malformed("two tensors have the same name").at(place(file, t.getName())));
      }
    } catch (FacekitException e) {
      e.problems().forEach(problems::add);
    }
  }

  private OnnxModel.Info info(ValueInfoProto v) {
    Optional<List<OnnxModel.Size>> dims = Optional.empty();
    if (v.getType().getTensorType().hasShape()) {
      dims =
          Optional.of(
              v.getType().getTensorType().getShape().getDimList().stream()
                  .map(OnnxReader::size)
                  .toList());
    }
    OnnxModel.Info info =
        new OnnxModel.Info(v.getName(), v.getType().getTensorType().getElemType(), dims);
    types.put(v.getName(), info);
    return info;
  }

  private static OnnxModel.Size size(Dimension d) {
    boolean fixed = d.hasDimValue() && d.getDimValue() >= 0;
    boolean named = d.hasDimParam() && !d.getDimParam().isEmpty();
    return new OnnxModel.Size(
        fixed ? Optional.of(d.getDimValue()) : Optional.empty(),
        named ? Optional.of(d.getDimParam()) : Optional.empty());
  }

  private Problem malformed(String what) {
    return Problem.of(ErrorId.ONNX_MALFORMED, what).at(file);
  }

  /** The element type of an ONNX {@code TensorProto.DataType}, if facekit has it. */
  public static Optional<DType> dtype(int elementType) {
    return TensorReader.dtype(elementType);
  }
}
