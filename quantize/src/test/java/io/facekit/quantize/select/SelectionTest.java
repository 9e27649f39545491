package io.facekit.quantize.select;

import static io.facekit.quantize.select.SelectorTest.LAYERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
  @Test
  void theFirstRuleThatMatchesWins() {
    List<Rule> rules =
        List.of(
            rule("conv1.**", Precision.FP16),
            rule("type:Conv group=C", Precision.FP32),
            rule("first:2", Precision.INT8));
    Selection selection = Selection.apply(rules, Precision.INT8, LAYERS);
    assertThat(selection.choices())
        .extracting(Selection.Choice::precision)
        .containsExactly(
            Precision.FP16,
            Precision.FP16,
            Precision.FP32,
            Precision.INT8,
            Precision.FP32,
            Precision.FP32,
            Precision.INT8);
    assertThat(selection.choices())
        .extracting(Selection.Choice::reason)
        .startsWith("conv1.**", "conv1.**", "type:Conv group=C", "default");
    assertThat(selection.withoutEffect()).containsExactly(rules.get(2));
  }

  @Test
  void withoutRulesEverythingIsTheDefault() {
    Selection selection = Selection.apply(List.of(), Precision.FP16, LAYERS);
    assertThat(selection.choices())
        .hasSize(LAYERS.size())
        .allMatch(c -> c.precision() == Precision.FP16 && c.rule().isEmpty());
  }

  @Test
  void reportsEveryRuleThatMatchesNothing() {
    List<Problem> problems =
        problems(
            "conv1.conb",
            "linear",
            "conv_32.**",
            "type:Convv",
            "conv1",
            "type:Gemm group=C",
            "re:none");
    assertThat(problems).extracting(Problem::id).containsOnly(ErrorId.RECIPE_SELECTOR);
    assertThat(problems)
        .extracting(Problem::at)
        .containsExactly("/0", "/2", "/3", "/4", "/5", "/6");
    assertThat(problems)
        .extracting(Problem::hint)
        .startsWith(
            "did you mean 'conv1.conv'?",
            "did you mean 'conv_23.**' or 'conv1.**'?",
            "did you mean 'type:Conv'?",
            "did you mean 'conv1.**'?",
            "the model has Gemm layers, but none of them is depthwise");
    assertThat(problems.get(5).hint()).contains("7 layers").contains("facekit inspect");
  }

  @Test
  void boundsBacktracking() {
    List<Layer> layers = List.of(new Layer("a".repeat(60), "Conv", false));
    List<Rule> rules = List.of(rule("re:(.*)(.*)(.*)(.*)(.*)b", Precision.FP16));
    FacekitException e =
        catchThrowableOfType(
            FacekitException.class, () -> Selection.apply(rules, Precision.INT8, layers));
    assertThat(e.problems().get(0).what()).contains("backtracks too much");
  }

  @Test
  void suggestsCommonWordsInTheShortForm() {
    List<Rule> rules =
        List.of(new Rule(Selector.sensitive("depthwize_conv"), Precision.FP16, "", "/0"));
    FacekitException e =
        catchThrowableOfType(
            FacekitException.class, () -> Selection.apply(rules, Precision.INT8, LAYERS));
    assertThat(e.problems().get(0).hint()).contains("'depthwise_conv'");
  }

  private static List<Problem> problems(String... selectors) {
    List<Rule> rules = new ArrayList<>();
    for (String selector : selectors) {
      rules.add(new Rule(Selector.parse(selector), Precision.FP16, "", "/" + rules.size()));
    }
    return catchThrowableOfType(
            FacekitException.class, () -> Selection.apply(rules, Precision.INT8, LAYERS))
        .problems();
  }

  private static Rule rule(String selector, Precision precision) {
    return new Rule(Selector.parse(selector), precision, "", "");
  }
}
