package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.facekit.core.pass.Pass;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pipelines, the classes, and the table for readers say the same. */
class PassTableTest {
  private static final Map<String, String> DESCRIPTIONS =
      Map.ofEntries(
          Map.entry(
              "EliminateTile", "Elementwise ops broadcast by themselves what a Tile repeats."),
          Map.entry(
              "FuseChannelShuffle",
              "A Reshape, a Transpose and a Reshape that shuffle channels become a Gather."),
          Map.entry("FuseReshape", "Several changes of shape become one, or none."),
          Map.entry(
              "ConvertConvToGemm",
              "A Conv that sees its whole input at once, and whose output is flattened, becomes a Gemm."),
          Map.entry(
              "EliminateIdentityPool",
              "A pool of single elements, which computes nothing, is left out."),
          Map.entry("FoldAdd", "An Add of a constant row becomes the bias of the Gemm before it."),
          Map.entry(
              "FoldBatchNorm",
              "A BatchNormalization becomes a part of the Conv or Gemm before it."),
          Map.entry(
              "FoldBatchNormForward",
              "A BatchNormalization becomes a part of the Conv or Gemm after it, also through a Flatten;"
                  + " never of a padded Conv."),
          Map.entry(
              "FuseActivation",
              "A Relu, or a Clip from 0 to 6, becomes a part of the Conv or Gemm before it."),
          Map.entry(
              "FuseGelu",
              "The product of a value, its error function or its bent tanh, and numbers becomes a Gelu."),
          Map.entry(
              "FuseHardSwish", "A product of a value and its HardSigmoid becomes a HardSwish."),
          Map.entry(
              "FuseL2Normalization",
              "A division of rows by their Euclidean norm becomes an LpNormalization."),
          Map.entry(
              "LowerPRelu",
              "A PRelu with slopes up to 1 becomes an Add of its input and a depthwise Conv with"
                  + " Relu: ops with integer kernels."),
          Map.entry(
              "NormalizePReluSlopes",
              "PRelu slopes above 1 become slopes below 1, by flipping channels of the Convs around."));

  @Test
  void everyPassRunsSomewhere() {
    List<String> classes =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.facekit.core.pass")
                .stream()
                .filter(c -> c.isAssignableTo(Pass.class) && !c.isInterface())
                .map(JavaClass::getSimpleName)
                .toList();
    assertThat(places().keySet()).containsExactlyInAnyOrderElementsOf(classes);
    assertThat(DESCRIPTIONS.keySet()).containsExactlyInAnyOrderElementsOf(classes);
  }

  @Test
  void theTableIsUpToDate() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Passes

        Written by `PassTableTest` from `Pipelines`; do not edit by hand.

        The canonical passes run on every imported graph, in this order; the others where the table says. The graph is
        verified after each, and no pass changes anything in a second run.

        | pass | runs | does |
        |---|---|---|
        """);
    places()
        .forEach(
            (name, where) ->
                out.append(
                    String.format(
                        Locale.ROOT, "| %s | %s | %s |\n", name, where, DESCRIPTIONS.get(name))));
    GeneratedDocs.check("passes.md", out.toString());
  }

  private static Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    Pipelines.CANONICAL.forEach(p -> add(places, p, "canonical"));
    Pipelines.QUANTIZED.forEach(p -> add(places, p, "before quantization"));
    for (Target t : Target.values()) {
      Pipelines.forTarget(t).forEach(p -> add(places, p, "`" + t.id() + "`"));
    }
    return places;
  }

  private static void add(Map<String, String> places, Pass pass, String where) {
    places.merge(pass.name(), where, (a, b) -> a + ", " + b);
  }
}
