package io.facekit.quantize.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  static final List<Layer> LAYERS =
      List.of(
          new Layer("conv1.conv", "Conv", false),
          new Layer("conv1.prelu", "PRelu", false),
          new Layer("conv2_dw.conv", "Conv", true),
          new Layer("conv_23.conv.conv", "Conv", false),
          new Layer("conv_23.conv_dw.conv", "Conv", true),
          new Layer("conv_6_dw.conv", "Conv", true),
          new Layer("linear", "Gemm", false));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv1.conv | conv1.conv",
        "conv1.* | conv1.conv conv1.prelu",
        "conv1.** | conv1.conv conv1.prelu",
        "conv_23.* | ''",
        "conv_23.** | conv_23.conv.conv conv_23.conv_dw.conv",
        "conv_23.*.conv | conv_23.conv.conv conv_23.conv_dw.conv",
        "**.conv_dw.** | conv_23.conv_dw.conv",
        "conv?.conv | conv1.conv",
        "linear.** | linear",
        "*dw.conv | conv2_dw.conv conv_6_dw.conv",
        "re:conv_[0-9]+\\..* | conv_23.conv.conv conv_23.conv_dw.conv",
        "re:conv | ''",
        "type:PRelu | conv1.prelu",
        "type:Conv group=C | conv2_dw.conv conv_23.conv_dw.conv conv_6_dw.conv",
        "type:conv | ''",
        "first:2 | conv1.conv conv2_dw.conv",
        "last:1 | linear",
        "last:2 | conv_6_dw.conv linear",
        "** | conv1.conv conv1.prelu conv2_dw.conv conv_23.conv.conv conv_23.conv_dw.conv"
            + " conv_6_dw.conv linear",
      })
  void selects(String text, String expected) {
    assertThat(names(Selector.parse(text))).isEqualTo(expected);
    assertThat(Selector.parse(text)).isEqualTo(Selector.parse(text));
    assertThat(Selector.parse(text).text()).isEqualTo(text);
  }

  @Test
  void asksForMoreThanThereAre() {
    assertThat(Selector.parse("first:99").select(LAYERS)).hasSize(6);
    assertThat(Selector.parse("last:9999").select(LAYERS)).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv_23 | conv_23.conv.conv conv_23.conv_dw.conv",
        "feature_extractor | conv1.conv conv2_dw.conv",
        "Depthwise-Conv | conv2_dw.conv conv_23.conv_dw.conv conv_6_dw.conv",
        "conv_dw | conv_23.conv_dw.conv", // the path has it, so the common word does not count
        "stem | conv1.conv",
        "head | conv_6_dw.conv linear",
        "embedding | linear",
        "backbone | ''",
      })
  void selectsLoosely(String text, String expected) {
    assertThat(names(Selector.sensitive(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "re:(",
        "re:a{2}",
        "re:a{ 2000000000}",
        "type:",
        "type:Conv group=2",
        "type:Conv groups=C",
        "first:0",
        "first:-1",
        "first:2.5",
        "last:10000",
        "last:",
        "typ:Conv",
        "conv1 conv",
        "conv[12]",
        "conv1:2",
      })
  void refusesWhatHasNoForm(String text) {
    assertThatThrownBy(() -> Selector.parse(text))
        .asInstanceOf(type(FacekitException.class))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(Problem::id)
                    .containsExactly(ErrorId.RECIPE_VALUE));
  }

  @Test
  void refusesTextThatIsTooLong() {
    assertThatThrownBy(() -> Selector.parse("a".repeat(257))).isInstanceOf(FacekitException.class);
    assertThatThrownBy(() -> Selector.parse("re:" + "a".repeat(201)))
        .hasMessageContaining("longer than 200 characters");
  }

  @Test
  void suggestsAPrefix() {
    assertThatThrownBy(() -> Selector.parse("typ:Conv"))
        .asInstanceOf(type(FacekitException.class))
        .satisfies(e -> assertThat(e.problems().get(0).hint()).isEqualTo("did you mean 'type:'?"));
  }

  private static String names(Selector selector) {
    return String.join(" ", selector.select(LAYERS).stream().map(Layer::name).toList());
  }
}
