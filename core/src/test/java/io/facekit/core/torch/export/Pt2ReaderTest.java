package io.facekit.core.torch.export;

import static io.facekit.core.torch.export.ExportText.in;
import static io.facekit.core.torch.export.ExportText.named;
import static io.facekit.core.torch.export.ExportText.output;
import static io.facekit.core.torch.export.ExportText.t;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TestArchive;
import io.facekit.core.torch.TorchProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Pt2ReaderTest {
  @TempDir Path folder;

  private TorchProgram read(ExportText text) throws IOException {
    return read(text.archive());
  }

  private TorchProgram read(TestArchive archive) throws IOException {
    return Pt2Reader.read(Files.write(folder.resolve("net.pt2"), archive.bytes()));
  }

  @Test
  void readsCallsWithWeightsAndModulePaths() throws IOException {
    TorchProgram program = read(ExportText.small());
    assertThat(program.inputs())
        .containsExactly(
            new TorchProgram.Input(
                0, "x", Optional.of(List.of(0L, 3L, 4L, 5L)), Optional.of(DType.FLOAT32)));
    assertThat(program.calls()).extracting(Call::op).containsExactly("aten::conv2d", "aten::relu");
    Call conv = program.calls().get(0);
    assertThat(conv.scope()).isEqualTo("conv");
    assertThat(conv.at()).isEqualTo("net.pt2!models/model.json:n0");
    assertThat(conv.args().get(0)).isEqualTo(new Ref(0));
    Const weight = (Const) conv.args().get(1);
    assertThat(weight.name()).isEqualTo("conv.weight");
    assertThat(weight.data().shape()).isEqualTo(Shape.of(2, 3, 1, 1));
    assertThat(weight.data().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(program.calls().get(1).scope()).isEmpty();
    assertThat(program.outputs()).containsExactly(new Ref(2));
    assertThat(program.training()).isFalse();
  }

  @Test
  void olderArchivesHoldTheSame() throws IOException {
    List<String> newest = lines(read(ExportText.small()));
    assertThat(lines(read(ExportText.small().archive28()))).isEqualTo(newest);
    assertThat(lines(read(ExportText.small().archive27()))).isEqualTo(newest);
  }

  private static List<String> lines(TorchProgram program) {
    return program.calls().stream()
        .map(c -> c.op() + c.kwargs() + c.results() + c.scope() + c.args().toString())
        .map(line -> line.replaceAll("data=[^,]*", ""))
        .toList();
  }

  @Test
  void whatNothingReadsIsLeftOut() throws IOException {
    ExportText text = ExportText.small();
    text.raw(
        "torch.ops.aten.sym_size.int",
        "{\"as_sym_int\":{\"as_name\":\"s\"}}",
        "",
        in("self", t("x")));
    text.raw("_operator.ge", "{\"as_sym_bool\":{\"as_name\":\"g\"}}", "");
    text.raw(
        "torch.ops.aten._assert_scalar.default",
        "",
        "",
        in("self", "{\"as_sym_bool\":{\"as_name\":\"g\"}}"));
    text.node("mylib.gone", "z", "", in("self", t("y")));
    assertThat(read(text).calls()).hasSize(2);
  }

  @Test
  void whatWritesIsKept() throws IOException {
    ExportText text = ExportText.small().node("hardtanh_.default", "h", "", in("self", t("y")));
    assertThat(read(text).calls())
        .extracting(Call::op)
        .containsExactly("aten::conv2d", "aten::relu", "aten::hardtanh_");
  }

  @Test
  void readsEveryKindOfArgument() throws IOException {
    ExportText text = new ExportText();
    text.raw(
        "torch.ops.aten.sym_size.int",
        "{\"as_sym_int\":{\"as_name\":\"n\"}}",
        "",
        in("self", t("x")),
        in("dim", "{\"as_int\":0}"));
    text.raw(
        "_operator.mul",
        "{\"as_sym_int\":{\"as_name\":\"m\"}}",
        "",
        in("a", "{\"as_sym_int\":{\"as_name\":\"n\"}}"),
        in("b", "{\"as_sym_int\":{\"as_int\":4}}"));
    text.node(
        "all.default",
        "y",
        "",
        in("a", "{\"as_none\":true}"),
        in("b", "{\"as_int\":-3}"),
        in("c", "{\"as_ints\":[1,2]}"),
        in("d", "{\"as_float\":1e-5}"),
        in("e", "{\"as_float\":\"-Infinity\"}"),
        in("f", "{\"as_floats\":[2,0.5]}"),
        in("g", "{\"as_bool\":true}"),
        in("h", "{\"as_string\":\"none\"}"),
        in("i", "{\"as_sym_ints\":[{\"as_name\":\"m\"},{\"as_int\":-1}]}"),
        in("j", "{\"as_tensors\":[{\"name\":\"x\"},{\"name\":\"p_w\"}]}"),
        in("k", "{\"as_optional_tensors\":[{\"as_none\":true},{\"as_tensor\":{\"name\":\"x\"}}]}"),
        in("l", "{\"as_scalar_type\":7}"),
        in("m", "{\"as_scalar_type\":13}"),
        in("n", "{\"as_memory_format\":1}"),
        in("o", "{\"as_layout\":7}"),
        named("device", "{\"as_device\":{\"type\":\"cpu\",\"index\":null}}"),
        named("p", "{\"as_float\":Infinity}"));
    TorchProgram program = read(text);
    assertThat(program.calls().get(0).op()).isEqualTo("aten::size");
    assertThat(program.calls().get(1).op()).isEqualTo("aten::mul");
    assertThat(program.calls().get(1).args()).containsExactly(new Ref(1), new IntArg(4));
    Call all = program.calls().get(2);
    assertThat(all.args())
        .startsWith(
            NoneArg.NONE,
            new IntArg(-3),
            ints(1, 2),
            new FloatArg(1e-5),
            new FloatArg(Double.NEGATIVE_INFINITY),
            new ListArg(List.of(new FloatArg(2), new FloatArg(0.5))),
            new BoolArg(true),
            new StrArg("none"),
            new ListArg(List.of(new Ref(2), new IntArg(-1))))
        .endsWith(
            new ListArg(List.of(NoneArg.NONE, new Ref(0))),
            new IntArg(6),
            new IntArg(15),
            new IntArg(0),
            new IntArg(0));
    assertThat(((ListArg) all.args().get(9)).items().get(1)).isInstanceOf(Const.class);
    assertThat(all.kwargs())
        .containsExactly(
            Map.entry("device", new StrArg("cpu")),
            Map.entry("p", new FloatArg(Double.POSITIVE_INFINITY)));
  }

  private static Arg ints(long a, long b) {
    return new ListArg(List.of(new IntArg(a), new IntArg(b)));
  }

  @Test
  void severalResultsAreUnpacked() throws IOException {
    ExportText text = new ExportText();
    text.raw(
        "torch.ops.aten.chunk.default",
        "{\"as_tensors\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
        "",
        in("self", t("x")));
    text.raw(
        "torch.ops.aten.split.Tensor",
        "{\"as_tensors\":[{\"name\":\"y\"}]}",
        "",
        in("self", t("b")));
    TorchProgram program = read(text);
    assertThat(program.calls())
        .extracting(Call::op)
        .containsExactly("aten::chunk", "aten::split", "prim::ListUnpack");
    assertThat(program.calls().get(0).results()).containsExactly(1, 2);
    assertThat(program.calls().get(1).args()).containsExactly(new Ref(2));
    assertThat(program.outputs()).containsExactly(new Ref(4));
  }

  @Test
  void constantsInTheGraphAreConstants() throws IOException {
    ExportText text = new ExportText();
    text.node("lift_fresh_copy.default", "l", "", in("self", t("p_w")));
    text.node("mul.Tensor", "y", "", in("self", t("x")), in("other", t("l")));
    TorchProgram program = read(text);
    assertThat(program.calls()).hasSize(1);
    assertThat(program.calls().get(0).args().get(1)).isInstanceOf(Const.class);
  }

  @Test
  void filesThatDoNotSayHowArgumentsAreGivenUseNames() throws IOException {
    ExportText text = new ExportText();
    text.node(
        "conv2d.default",
        "c",
        "",
        in("input", t("x")),
        in("weight", t("p_w")),
        in("groups", "{\"as_int\":1}"));
    text.node(
        "dropout.default",
        "y",
        "",
        in("input", t("c")),
        in("p", "{\"as_float\":0.5}"),
        in("train", "{\"as_bool\":false}"));
    text.nodes.replaceAll(n -> n.replace(",\"kind\":1", ""));
    TorchProgram program = read(text);
    assertThat(program.calls().get(0).kwargs()).containsOnlyKeys("weight", "groups");
    assertThat(program.calls().get(1).args()).hasSize(3);
  }

  @Test
  void freeSizesThatAreNoBatchAreThoseOfTheExample() throws IOException {
    ExportText text = ExportText.small();
    text.sizes = "{\"as_int\":2}, {\"as_int\":3}, " + ExportText.FREE_BATCH + ", {\"as_int\":5}";
    assertThat(read(text).inputs().get(0).tracedShape()).contains(List.of(2L, 3L, 2L, 5L));
  }

  @Test
  void severalOutputsKeepTheirOrder() throws IOException {
    ExportText text = ExportText.small();
    text.outputSpecs = output("y") + "," + output("c");
    assertThat(read(text).outputs()).containsExactly(new Ref(2), new Ref(1));
  }
}
