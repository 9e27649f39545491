package io.facekit.core.arch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.arch.Architectures.Recognised;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Half;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.StateDict;
import io.facekit.core.torch.TorchProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitecturesTest {
  private static StateDict state(Map<String, TensorData> tensors) {
    return new StateDict("w.pt", ModelKind.STATE_DICT, "", tensors, List.of());
  }

  private static Recognised recognised(SyntheticWeights weights) {
    return Architectures.recognise(state(weights.tensors));
  }

  private static List<Problem> refused(Map<String, TensorData> tensors) {
    return catchThrowableOfType(
            FacekitException.class, () -> Architectures.recognise(state(tensors)))
        .problems();
  }

  private static void assertArchitecture(
      SyntheticWeights weights, String name, int height, int width, String preset) {
    Recognised r = recognised(weights);
    Architecture a = r.architecture();
    assertThat(a.name()).isEqualTo(name);
    assertThat(List.of(a.height(), a.width())).containsExactly(height, width);
    assertThat(a.embedding()).isEqualTo(16);
    assertThat(a.inputs().get(0).preset()).isEqualTo(preset);
    assertThat(r.program().inputs().get(0).tracedShape())
        .contains(List.of(1L, 3L, (long) height, (long) width));
    assertThat(r.notes()).anyMatch(n -> n.contains("before any L2 normalization"));
    // Every weight is used, and under its own name; counters of training steps are not weights.
    assertThat(r.program().parameters().keySet())
        .containsExactlyInAnyOrderElementsOf(
            weights.tensors.keySet().stream().filter(n -> !n.endsWith("tracked")).toList());
    assertThat(Architectures.of(r.program())).contains(a);
  }

  @Test
  void everyFamilyIsKnownByNamesAndShapes() {
    assertArchitecture(
        SyntheticWeights.treb1en("", 3, 7, 7), "TreB1eN MobileFaceNet", 112, 112, "treb1en");
    assertArchitecture(
        SyntheticWeights.treb1en("", 1, 4, 7), "TreB1eN MobileFaceNet", 64, 112, "treb1en");
    assertArchitecture(
        SyntheticWeights.treb1en("output_layer.", 2, 7, 7),
        "cavaface MobileFaceNet",
        112,
        112,
        "cavaface");
    assertArchitecture(
        SyntheticWeights.insightface(2, 2), "insightface MobileFaceNet", 112, 112, "insightface");
    assertArchitecture(
        SyntheticWeights.insightface(0, 4), "insightface MobileFaceNet", 112, 112, "insightface");
    assertArchitecture(
        SyntheticWeights.iresnet(2, 2, 2, 2), "insightface iresnet18", 112, 112, "insightface");
    assertArchitecture(
        SyntheticWeights.iresnet(3, 4, 14, 3), "insightface iresnet50", 112, 112, "insightface");
    assertArchitecture(
        SyntheticWeights.xiaoccer(2, 2, 4, 2, 4, 2), "Xiaoccer MobileFacenet", 112, 96, "xiaoccer");
    assertArchitecture(
        SyntheticWeights.foamliu(2, 2, 4, 2, 4, 2), "foamliu MobileFaceNet", 112, 112, "foamliu");
  }

  /** Each call as {@code scope op kernel strides padding groups}. */
  private static String calls(TorchProgram program) {
    return program.calls().stream()
        .filter(c -> !c.op().equals("aten::batch_norm") && !c.op().equals("aten::size"))
        .map(ArchitecturesTest::call)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String call(Call c) {
    String text = (c.scope() + " " + c.op().substring("aten::".length())).strip();
    if (!c.op().equals("aten::conv2d")) {
      return text;
    }
    Arg.Const weight = (Arg.Const) c.args().get(1);
    return text
        + " "
        + weight.data().shape()
        + " s"
        + first(c.args().get(3))
        + " p"
        + first(c.args().get(4))
        + " g"
        + ((Arg.IntArg) c.args().get(6)).value();
  }

  private static long first(Arg list) {
    return ((Arg.IntArg) ((Arg.ListArg) list).items().get(0)).value();
  }

  @Test
  void insightfaceMobileFaceNetHasAGroupedSecondLayer() {
    assertThat(calls(recognised(SyntheticWeights.insightface(2, 1)).program()))
        .startsWith(
            """
            layers.0.layers.0 conv2d [8,3,3,3] s2 p1 g1
            layers.0.layers.2 prelu
            layers.1.layers.0 conv2d [8,2,3,3] s1 p1 g4
            layers.1.layers.2 prelu
            layers.2.layers.0.layers.0 conv2d [6,8,1,1] s1 p0 g1
            layers.2.layers.0.layers.2 prelu
            layers.2.layers.1.layers.0 conv2d [6,1,3,3] s2 p1 g6
            layers.2.layers.1.layers.2 prelu
            layers.2.layers.2.layers.0 conv2d [8,6,1,1] s1 p0 g1
            layers.3.layers.0.layers.0.layers.0 conv2d [6,8,1,1] s1 p0 g1
            layers.3.layers.0.layers.0.layers.2 prelu
            layers.3.layers.0.layers.1.layers.0 conv2d [6,1,3,3] s1 p1 g6
            layers.3.layers.0.layers.1.layers.2 prelu
            layers.3.layers.0.layers.2.layers.0 conv2d [8,6,1,1] s1 p0 g1
            layers.3.layers.0 add
            """)
        .endsWith(
            """
            layers.7.layers.0 add
            conv_sep.layers.0 conv2d [24,12,1,1] s1 p0 g1
            conv_sep.layers.2 prelu
            features.layers.0.layers.0 conv2d [24,1,7,7] s1 p0 g24
            features.layers.1 view
            features.layers.2 linear
            """);
  }

  @Test
  void iresnetHalvesTheImageInTheSecondConvolutionOfAStage() {
    assertThat(calls(recognised(SyntheticWeights.iresnet(2, 1, 1, 1)).program()))
        .startsWith(
            """
            conv1 conv2d [4,3,3,3] s1 p1 g1
            prelu prelu
            layer1.0.conv1 conv2d [4,4,3,3] s1 p1 g1
            layer1.0.prelu prelu
            layer1.0.conv2 conv2d [4,4,3,3] s2 p1 g1
            layer1.0.downsample.0 conv2d [4,4,1,1] s2 p0 g1
            layer1.0 add
            layer1.1.conv1 conv2d [4,4,3,3] s1 p1 g1
            layer1.1.prelu prelu
            layer1.1.conv2 conv2d [4,4,3,3] s1 p1 g1
            layer1.1 add
            """)
        .endsWith(
            """
            layer4.0 add
            flatten
            fc linear
            """);
  }

  @Test
  void expansionsTellStridesOfBottlenecksInOneList() {
    String calls = calls(recognised(SyntheticWeights.foamliu(2, 2, 4)).program());
    assertThat(calls)
        .contains(
            """
            conv1.0 conv2d [8,3,3,3] s2 p1 g1
            conv1.2 hardtanh
            dw_conv.depthwise conv2d [8,1,3,3] s1 p1 g8
            dw_conv.relu relu
            dw_conv.pointwise conv2d [8,8,1,1] s1 p0 g1
            dw_conv.relu relu
            """)
        .contains("features.0.conv.1.0 conv2d [16,1,3,3] s2 p1 g16")
        .contains("features.1.conv.1.0 conv2d [16,1,3,3] s1 p1 g16")
        .contains("features.1 add")
        .contains("features.2.conv.1.0 conv2d [32,1,3,3] s2 p1 g32")
        .doesNotContain("features.0 add")
        .doesNotContain("features.2 add");
    Recognised r = recognised(SyntheticWeights.foamliu(2, 2, 4));
    assertThat(r.architecture().height()).isEqualTo(56);
    assertThat(r.notes()).anyMatch(n -> n.contains("ReLU6"));
  }

  @Test
  void everythingThatDoesNotFitIsListedAtOnce() {
    Map<String, TensorData> weights = SyntheticWeights.treb1en("", 1, 7, 7).tensors;
    weights.remove("conv_34.conv.prelu.weight");
    weights.remove("bn.running_var");
    weights.put("conv_23.conv.conv.weight", TensorData.of(new float[12 * 9], 12, 9, 1, 1));
    weights.put("conv1.bn.bias", TensorData.of(new long[8], 8));
    weights.put("conv_23.se.fc.weight", TensorData.of(new float[4], 4));
    List<Problem> problems = refused(weights);
    assertThat(problems).allMatch(p -> p.id() == ErrorId.ARCH_MISMATCH);
    assertThat(problems).allMatch(p -> "w.pt".equals(p.at()));
    assertThat(problems)
        .extracting(Problem::what)
        .containsExactly(
            "2 weights are missing in TreB1eN MobileFaceNet",
            "2 weights have another shape or type in TreB1eN MobileFaceNet",
            "1 weights have no place in TreB1eN MobileFaceNet");
    assertThat(problems)
        .extracting(Problem::found)
        .containsExactly(
            "conv_34.conv.prelu.weight, bn.running_var",
            "conv1.bn.bias is i64[8], not [8], conv_23.conv.conv.weight is f32[12,9,1,1],"
                + " not [*,8,1,1]",
            "conv_23.se.fc.weight");
  }

  @Test
  void longListsAreCut() {
    Map<String, TensorData> weights = SyntheticWeights.treb1en("", 1, 7, 7).tensors;
    for (int i = 0; i < 50; i++) {
      weights.put("extra\n" + i, TensorData.of(new float[1], 1));
    }
    Problem problem = refused(weights).get(0);
    assertThat(problem.found()).startsWith("extra?0, extra?1, ").endsWith(" and 30 more");
  }

  @Test
  void otherWeightsAreUnknown() {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    weights.put("layer1.conv.weight", TensorData.of(new float[3], 3));
    Problem problem = refused(weights).get(0);
    assertThat(problem.id()).isEqualTo(ErrorId.ARCH_UNKNOWN);
    assertThat(problem.hint()).contains("torch.jit.trace(model.eval(), example)", "iresnet");
    assertThat(refused(Map.of()).get(0).id()).isEqualTo(ErrorId.ARCH_UNKNOWN);
  }

  @Test
  void headsThatMixABatchAreRefused() {
    Map<String, TensorData> weights = SyntheticWeights.treb1en("", 1, 7, 7).tensors;
    weights.keySet().removeIf(n -> n.startsWith("conv_6_dw") || n.startsWith("linear"));
    weights.keySet().removeIf(n -> n.startsWith("bn"));
    for (String bn : List.of("output_layer.bn1", "output_layer.bn2")) {
      weights.put(bn + ".running_mean", TensorData.of(new float[24], 24));
      weights.put(bn + ".running_var", TensorData.of(new float[24], 24));
    }
    List<Problem> problems = refused(weights);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).id()).isEqualTo(ErrorId.ARCH_REFUSED);
    assertThat(problems.get(0).what()).contains("GNAP", "batch");
  }

  @Test
  void brokenTrainingIsRefusedWithAllWeights() {
    Map<String, TensorData> weights = SyntheticWeights.treb1en("", 1, 7, 7).tensors;
    for (String name : List.of("conv1.bn.bias", "linear.weight")) {
      TensorData data = requireNonNull(weights.get(name));
      float[] values = data.toFloats();
      values[3] = Float.NaN;
      weights.put(name, TensorData.of(values, data.shape().at(1)));
    }
    assertThat(refused(weights))
        .extracting(Problem::id)
        .containsExactly(ErrorId.TENSOR_NOT_FINITE, ErrorId.TENSOR_NOT_FINITE);
  }

  @Test
  void halfWeightsBecomeFloat() {
    Map<String, TensorData> weights = SyntheticWeights.treb1en("", 1, 7, 7).tensors;
    weights.replaceAll((n, t) -> t.dtype() == DType.FLOAT32 ? half(t) : t);
    Recognised r = Architectures.recognise(state(weights));
    r.program()
        .parameters()
        .forEach(
            (name, data) -> {
              assertThat(data.dtype()).isEqualTo(DType.FLOAT32);
              assertThat(data.toFloats()).isEqualTo(requireNonNull(weights.get(name)).toFloats());
            });
    assertThat(r.notes()).anyMatch(n -> n.contains("not float32"));
  }

  private static TensorData half(TensorData t) {
    ByteBuffer b = ByteBuffer.allocate(2 * t.elements()).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : t.toFloats()) {
      b.putShort(Half.fromFloat(v));
    }
    return new TensorData(DType.FLOAT16, t.shape(), b.flip());
  }

  @Test
  void absurdDepthGivesOnlyOurErrors() {
    int[] expansions = new int[100];
    Arrays.fill(expansions, 4);
    assertThat(refused(SyntheticWeights.xiaoccer(expansions).tensors).get(0).id())
        .isEqualTo(ErrorId.ARCH_MISMATCH);
  }

  @Test
  void programsWithOtherNamesHaveNoArchitecture() {
    TorchProgram program = recognised(SyntheticWeights.insightface(2, 1)).program();
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    program.parameters().forEach((name, data) -> renamed.put("CONSTANTS.c" + renamed.size(), data));
    TorchProgram frozen =
        new TorchProgram(
            program.inputs(), program.calls(), program.outputs(), "w.pt", false, renamed);
    assertThat(Architectures.of(frozen)).isEqualTo(Optional.empty());
  }
}
