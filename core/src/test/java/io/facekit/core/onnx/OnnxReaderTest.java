package io.facekit.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
  @TempDir Path folder;

  private final ModelProto.Builder model =
      ModelProto.newBuilder()
          .setIrVersion(8)
          .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));

  private GraphProto.Builder graph() {
    return model.getGraphBuilder();
  }

  private OnnxModel read() {
    return OnnxReader.read("net.onnx", ByteBuffer.wrap(model.build().toByteArray()));
  }

  private List<Problem> problems() {
    FacekitException e = catchThrowableOfType(FacekitException.class, this::read);
    assertThat(e).isNotNull();
    return e.problems();
  }

  private static TensorProto.Builder tensor(TensorProto.DataType type, long... dims) {
    TensorProto.Builder t = TensorProto.newBuilder().setName("t").setDataType(type.getNumber());
    for (long d : dims) {
      t.addDims(d);
    }
    return t;
  }

  private TensorData only(TensorProto.Builder t) {
    graph().clearInitializer().addInitializer(t);
    return Objects.requireNonNull(read().constants().get("t"));
  }

  private static ByteString raw(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }

  @Test
  void readsEveryFormOfATensor() {
    TensorData floats =
        only(tensor(TensorProto.DataType.FLOAT, 2).addFloatData(1).addFloatData(-2));
    assertThat(floats.toFloats()).containsExactly(1, -2);
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.5f).flip();
    assertThat(
            only(tensor(TensorProto.DataType.FLOAT).setRawData(ByteString.copyFrom(bytes)))
                .floatAt(0))
        .isEqualTo(0.5f);
    assertThat(only(tensor(TensorProto.DataType.FLOAT16, 1).addInt32Data(0x3c00)).floatAt(0))
        .isEqualTo(1);
    assertThat(only(tensor(TensorProto.DataType.BFLOAT16, 1).addInt32Data(0x4000)).floatAt(0))
        .isEqualTo(2);
    assertThat(only(tensor(TensorProto.DataType.DOUBLE, 1).addDoubleData(0.25)).doubleAt(0))
        .isEqualTo(0.25);
    assertThat(only(tensor(TensorProto.DataType.INT64, 1).addInt64Data(-3)).doubleAt(0))
        .isEqualTo(-3);
    assertThat(only(tensor(TensorProto.DataType.INT32, 1).addInt32Data(-4)).doubleAt(0))
        .isEqualTo(-4);
    assertThat(only(tensor(TensorProto.DataType.UINT8, 1).addInt32Data(200)).doubleAt(0))
        .isEqualTo(200);
    assertThat(only(tensor(TensorProto.DataType.BOOL, 0)).dtype()).isEqualTo(DType.BOOL);
  }

  @Test
  void refusesTensorsThatDisagreeWithTheirShape() {
    graph()
        .addInitializer(tensor(TensorProto.DataType.FLOAT, 2).setName("a").setRawData(raw(4)))
        .addInitializer(tensor(TensorProto.DataType.FLOAT, 2).setName("b").addFloatData(1))
        .addInitializer(tensor(TensorProto.DataType.FLOAT, -1).setName("c"))
        .addInitializer(
            tensor(TensorProto.DataType.FLOAT, 1L << 32, 1L << 32).setName("d").setRawData(raw(4)))
        .addInitializer(
            tensor(TensorProto.DataType.FLOAT, 1).setName("e").setRawData(raw(4)).addFloatData(1))
        .addInitializer(
            tensor(TensorProto.DataType.FLOAT, 1L << 40).setName("f").setRawData(raw(4)))
        .addInitializer(tensor(TensorProto.DataType.FLOAT, 1).setName("g").addInt32Data(1))
        .addInitializer(
            tensor(TensorProto.DataType.FLOAT, 1)
                .setName("h")
                .setSegment(TensorProto.Segment.getDefaultInstance()))
        .addInitializer(tensor(TensorProto.DataType.STRING, 1).setName("i"))
        .addInitializer(TensorProto.newBuilder().setName("j").setDataType(99))
        .addInitializer(tensor(TensorProto.DataType.INT8, 1).setName("k").setRawData(raw(1)))
        .addInitializer(tensor(TensorProto.DataType.INT8, 1).setName("k").setRawData(raw(1)));
    List<Problem> all = problems();
    assertThat(all.stream().map(Problem::at))
        .containsExactly(
            "net.onnx!a",
            "net.onnx!b",
            "net.onnx!c",
            "net.onnx!d",
            "net.onnx!e",
            "net.onnx!f",
            "net.onnx!g",
            "net.onnx!h",
            "net.onnx!i",
            "net.onnx!j",
            "net.onnx!k");
    assertThat(all.get(8).id()).isEqualTo(ErrorId.TENSOR_DTYPE);
    assertThat(all.get(9).id()).isEqualTo(ErrorId.TENSOR_DTYPE);
    assertThat(all.get(10).id()).isEqualTo(ErrorId.ONNX_MALFORMED);
  }

  @Test
  void refusesVersionsThatItDoesNotKnow() {
    model.setIrVersion(99).clearOpsetImport();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(8));
    assertThat(problems().stream().map(Problem::what))
        .containsExactly("IR version 99 is not read", "operator set 8 is not read");
  }

  @Test
  void refusesConstructsByName() {
    graph()
        .addSparseInitializer(
            SparseTensorProto.newBuilder().setValues(TensorProto.newBuilder().setName("sparse")));
    model.addFunctions(FunctionProto.newBuilder().setDomain("my.ops").setName("Twirl"));
    assertThat(problems().stream().map(Problem::toString).toList().toString())
        .contains("my.ops::Twirl", "net.onnx!sparse");
    model.clearFunctions();
    graph()
        .clearSparseInitializer()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("If")
                .setName("branch")
                .addOutput("y")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(GraphProto.getDefaultInstance())));
    assertThat(problems().get(0).id()).isEqualTo(ErrorId.ONNX_CONSTRUCT);
    assertThat(problems().get(0).at()).isEqualTo("net.onnx!branch (node 0)");
  }

  @Test
  void refusesNamesThatDoNotResolve() {
    graph()
        .addInput(ValueInfoProto.newBuilder().setName("x"))
        .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("b").addOutput("a"))
        .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("a").addOutput("b"))
        .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("x").addOutput("x"))
        .addOutput(ValueInfoProto.newBuilder().setName("nowhere\u001b"));
    assertThat(problems().stream().map(Problem::what))
        .containsExactly(
            "'b' is read before it is computed",
            "two values are named 'x'",
            "output 'nowhere?' is not computed");
  }

  @Test
  void deepNestingIsRefused() {
    GraphProto inner = GraphProto.getDefaultInstance();
    for (int i = 0; i < 200; i++) {
      inner =
          GraphProto.newBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .addAttribute(AttributeProto.newBuilder().setName("g").setG(inner)))
              .build();
    }
    model.setGraph(inner);
    assertThat(problems().get(0).id()).isEqualTo(ErrorId.ONNX_MALFORMED);
  }

  private Path withExternalData(String location, String... entries) throws IOException {
    TensorProto.Builder t =
        tensor(TensorProto.DataType.FLOAT, 2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location));
    for (int i = 0; i < entries.length; i += 2) {
      t.addExternalData(entry(entries[i], entries[i + 1]));
    }
    graph().clearInitializer().addInitializer(t);
    Path file = Files.createDirectories(folder.resolve("model")).resolve("net.onnx");
    return Files.write(file, model.build().toByteArray());
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private ErrorId external(String location, String... entries) throws IOException {
    Path file = withExternalData(location, entries);
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> OnnxReader.read(file));
    assertThat(e).isNotNull();
    return e.problems().get(0).id();
  }

  private Path weights() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(1).putFloat(2).putFloat(3);
    Files.createDirectories(folder.resolve("model/data"));
    return Files.write(folder.resolve("model/data/w.bin"), bytes.array());
  }

  @Test
  void readsExternalDataBesideTheModel() throws IOException {
    weights();
    Path file = withExternalData("data/w.bin", "offset", "4", "length", "8");
    assertThat(Objects.requireNonNull(OnnxReader.read(file).constants().get("t")).toFloats())
        .containsExactly(2, 3);
    assertThat(
            Objects.requireNonNull(
                    OnnxReader.read(withExternalData("data/w.bin", "offset", "4"))
                        .constants()
                        .get("t"))
                .toFloats())
        .containsExactly(2, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../w.bin",
        "data/../../w.bin",
        "data/../data/w.bin",
        "/etc/hostname",
        "",
        "a\\b",
        "a\0b"
      })
  void externalDataStaysInTheFolder(String location) throws IOException {
    Files.copy(weights(), folder.resolve("w.bin"));
    assertThat(external(location)).isEqualTo(ErrorId.ONNX_EXTERNAL);
  }

  @Test
  void externalDataIsReachedWithoutLinks() throws IOException {
    Path real = weights();
    Path outside = Files.copy(real, folder.resolve("w.bin"));
    Files.createSymbolicLink(folder.resolve("model/link.bin"), outside);
    Files.createSymbolicLink(folder.resolve("model/folder"), folder);
    Files.createLink(folder.resolve("model/hard.bin"), outside);
    assertThat(external("link.bin")).isEqualTo(ErrorId.ONNX_EXTERNAL);
    assertThat(external("folder/w.bin")).isEqualTo(ErrorId.ONNX_EXTERNAL);
    assertThat(external("hard.bin")).isEqualTo(ErrorId.ONNX_EXTERNAL);
  }

  @Test
  void externalDataIsWithinItsFile() throws IOException {
    weights();
    assertThat(external("data/w.bin", "offset", "8")).isEqualTo(ErrorId.ONNX_MALFORMED);
    assertThat(external("data/w.bin", "offset", "-4", "length", "8"))
        .isEqualTo(ErrorId.ONNX_MALFORMED);
    assertThat(external("data/w.bin", "offset", "900000000000000000", "length", "8"))
        .isEqualTo(ErrorId.ONNX_MALFORMED);
    assertThat(external("data/w.bin", "length", "4")).isEqualTo(ErrorId.ONNX_MALFORMED);
    assertThat(external("data/w.bin", "length", "8", "basepath", "/"))
        .isEqualTo(ErrorId.ONNX_MALFORMED);
    assertThat(external("data/none.bin")).isEqualTo(ErrorId.FILE_NOT_FOUND);
    assertThat(external("data")).isEqualTo(ErrorId.FILE_NOT_FOUND);
  }

  @Test
  void aModelInMemoryHasNoExternalData() throws IOException {
    weights();
    withExternalData("data/w.bin", "length", "8");
    assertThat(problems().get(0).id()).isEqualTo(ErrorId.ONNX_EXTERNAL);
  }
}
