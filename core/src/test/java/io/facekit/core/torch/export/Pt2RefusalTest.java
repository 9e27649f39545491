package io.facekit.core.torch.export;

import static io.facekit.core.torch.export.ExportText.in;
import static io.facekit.core.torch.export.ExportText.output;
import static io.facekit.core.torch.export.ExportText.parameter;
import static io.facekit.core.torch.export.ExportText.t;
import static io.facekit.core.torch.export.ExportText.user;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.Archive;
import io.facekit.core.torch.TestArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Pt2RefusalTest {
  private static final String MODEL = "net/models/model.json";
  private static final String CONFIG = "net/data/weights/model_weights_config.json";

  @TempDir Path folder;

  private List<Problem> refused(byte[] bytes) {
    try {
      Pt2Reader.read(Files.write(folder.resolve("net.pt2"), bytes));
    } catch (FacekitException e) {
      return e.problems();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("it was read");
  }

  private Problem only(ExportText text) {
    List<Problem> problems = refused(text.archive().bytes());
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  private Problem changed(Consumer<ExportText> change) {
    ExportText text = ExportText.small();
    change.accept(text);
    return only(text);
  }

  private Problem entry(String name, String content) {
    TestArchive archive = ExportText.small().archive();
    archive.putFlat(name, content.getBytes(StandardCharsets.UTF_8));
    return refused(archive.bytes()).get(0);
  }

  @Test
  void everythingThatIsNotSupportedIsNamedAtOnce() {
    ExportText text = new ExportText();
    text.inputSpecs +=
        ",{\"custom_obj\":{}},{\"user_input\":{\"arg\":{\"as_sym_int\":{\"as_name\":\"n\"}}}}";
    text.outputSpecs += ",{\"buffer_mutation\":{}}";
    text.raw("torch.ops.higher_order.cond", t("c"), "", in("g", "{\"as_graph\":{\"name\":\"g\"}}"));
    text.node("complex.default", "d", "", in("self", t("c")), in("z", "{\"as_complex\":{}}"));
    text.raw("mylib.function", t("y"), "", in("self", t("d")));
    List<Problem> problems = refused(text.archive().bytes());
    assertThat(problems).extracting(Problem::id).containsOnly(ErrorId.PT2_CONSTRUCT);
    assertThat(problems)
        .extracting(Problem::what)
        .containsExactly(
            "an input that is a custom_obj is not read",
            "an input that is no tensor (as_sym_int) is not read",
            "an output that is a buffer_mutation is not read",
            "a call of torch.ops.higher_order.cond is not read",
            "an argument of the kind as_complex is not read",
            "a call of mylib.function is not read");
    assertThat(problems.get(3).at()).isEqualTo("net.pt2!models/model.json:n0");
    assertThat(problems.get(3).hint()).contains("torch.jit.trace");
  }

  @Test
  void inputsThatAreNoImages() {
    for (int type : new int[] {5, 8, 10, 12, 13}) {
      Problem p = changed(text -> text.inputType = type);
      assertThat(p.id()).isEqualTo(ErrorId.TS_SIGNATURE);
      assertThat(p.at()).isEqualTo("net.pt2!models/model.json:x");
    }
    assertThat(changed(text -> text.sizes = "{\"as_int\":-1}").id())
        .isEqualTo(ErrorId.PT2_MALFORMED);
    assertThat(changed(text -> text.sizes = "{\"as_int\":4294967296}").id())
        .isEqualTo(ErrorId.PT2_MALFORMED);
  }

  @Test
  void allMissingWeightsAreListed() {
    ExportText text = ExportText.small();
    text.inputSpecs = parameter("p_w", "w1") + "," + parameter("p_v", "v1") + "," + user("x");
    text.node("add.Tensor", "z", "", in("self", t("y")), in("other", t("p_v")));
    text.outputSpecs = output("z");
    List<Problem> problems = refused(text.archive().bytes());
    assertThat(problems).extracting(Problem::id).containsOnly(ErrorId.TENSOR_MALFORMED);
    assertThat(problems).extracting(Problem::at).containsExactly("net.pt2!w1", "net.pt2!v1");
  }

  @Test
  void weightsThatDoNotFitTheirEntry() {
    assertThat(changed(text -> text.offset = 1).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    assertThat(changed(text -> text.offset = -1).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    assertThat(changed(text -> text.strides = "300,1,1,1").id())
        .isEqualTo(ErrorId.TENSOR_MALFORMED);
    assertThat(changed(text -> text.strides = "3,-1,1,1").id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    assertThat(changed(text -> text.strides = "3,1,1").id()).isEqualTo(ErrorId.PT2_MALFORMED);
    assertThat(changed(text -> text.weightType = 8).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    assertThat(changed(text -> text.weightType = 10).id()).isEqualTo(ErrorId.TENSOR_DTYPE);
    assertThat(changed(text -> text.pickled = true).id()).isEqualTo(ErrorId.PT2_CONSTRUCT);
    TestArchive archive = ExportText.small().archive();
    archive.entries.remove("net/data/weights/weight_0");
    assertThat(refused(archive.bytes()).get(0).what()).isEqualTo("the tensor's data is missing");
    archive.put("data/weights/weight_0", new byte[25]);
    assertThat(refused(archive.bytes()).get(0).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    archive.put("data/weights/weight_0", TestArchive.floats(1, 2, 3, Float.NaN, 5, 6));
    assertThat(refused(archive.bytes()).get(0).id()).isEqualTo(ErrorId.TENSOR_NOT_FINITE);
  }

  @Test
  void textThatIsNoProgram() {
    String good = new String(ExportText.small().program(), StandardCharsets.UTF_8);
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "{}",
            good.substring(0, good.length() / 2),
            good + " 1",
            good.replaceFirst("\"nodes\"", "\"nodes\":[],\"nodes\""),
            good.replaceFirst("\"nodes\"", "\"knots\""),
            good.replaceFirst("\"outputs\":\\[", "\"outputs\":[7,"),
            good.replace("\"c\"", "\"x\""),
            good.replace("\"name\":\"c\"}}]", "\"name\":\"d\"}}]"),
            good.replace("{\"as_tensor\":{\"name\":\"x\"}}", "{}"),
            "[".repeat(100) + "]".repeat(100))) {
      Problem p = entry(MODEL, text);
      assertThat(p.id()).as(text).isEqualTo(ErrorId.PT2_MALFORMED);
      assertThat(p.at()).startsWith("net.pt2!models/model.json");
    }
    assertThat(entry(CONFIG, "{\"config\":").at())
        .isEqualTo("net.pt2!data/weights/model_weights_config.json");
  }

  @Test
  void otherSchemasAndArchives() {
    assertThat(changed(text -> text.schema = "{\"major\":9,\"minor\":0}").found())
        .isEqualTo("schema 9; schemas 5 to 8");
    assertThat(changed(text -> text.schema = "{\"major\":4,\"minor\":0}").id())
        .isEqualTo(ErrorId.PT2_CONSTRUCT);
    TestArchive compiled = ExportText.small().archive();
    compiled.entries.remove(MODEL);
    assertThat(refused(compiled.bytes()).get(0).hint()).contains("AOTInductor");
    assertThat(entry("net/byteorder", "big").id()).isEqualTo(ErrorId.KIND_UNSUPPORTED);
    assertThat(refused(TestArchive.withForward("return x\n").bytes()).get(0).id())
        .isEqualTo(ErrorId.KIND_UNSUPPORTED);
    assertThat(refused("not a model".getBytes(StandardCharsets.UTF_8)).get(0).id())
        .isEqualTo(ErrorId.KIND_UNKNOWN);
  }

  @Test
  void entriesWithoutATopFolderAreForOldProgramsOnly() {
    TestArchive archive = ExportText.small().archive();
    archive.putFlat("serialized_exported_program.json", new byte[2]);
    assertThat(refused(archive.bytes()).get(0).id()).isEqualTo(ErrorId.ZIP_MALFORMED);
  }

  @Test
  void damagedContentsGiveOnlyOurErrors() {
    long seed = 20260214;
    Random random = new Random(seed);
    List<String> names = List.of(MODEL, CONFIG);
    for (int i = 0; i < 3000; i++) {
      TestArchive archive = ExportText.small().archive();
      byte[] content = requireNonNull(archive.entries.get(names.get(random.nextInt(2))));
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        content[random.nextInt(content.length)] = (byte) (random.nextInt(0x60) + 0x20);
      }
      readOrRefuse(archive.bytes(), "seed " + seed + ", round " + i);
    }
  }

  @Test
  void truncatedFilesAreRefused() {
    byte[] good = ExportText.small().archive().bytes();
    for (int size = 1; size < good.length; size += 17) {
      assertThat(refused(Arrays.copyOf(good, size))).isNotEmpty();
    }
  }

  private static void readOrRefuse(byte[] bytes, String what) {
    try {
      Pt2Reader.read(Archive.open(ByteBuffer.wrap(bytes), "net.pt2"));
    } catch (FacekitException e) {
      assertThat(e.problems()).as(what).isNotEmpty();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(what, e);
    }
  }
}
