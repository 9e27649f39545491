package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.facekit.core.ir.Op;
import io.facekit.core.op.AtenSchema;
import io.facekit.core.op.OpDef;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The registry, the classes, and the table for readers say the same. */
class OpTableTest {
  @Test
  void everyOpIsRegistered() {
    List<String> classes =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.facekit.core")
                .stream()
                .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                .map(JavaClass::getFullName)
                .toList();
    assertThat(Ops.ALL.stream().map(d -> d.type().getName()).toList())
        .containsExactlyInAnyOrderElementsOf(classes)
        .isSorted();
  }

  @Test
  void everyOpCanBeReadAndWritten() {
    for (OpDef<?> def : Ops.ALL) {
      assertThat(def.text()).as(def.name()).isPresent();
      assertThat(def.hasOnnx()).as(def.name()).isTrue();
      assertThat(def.rule()).as(def.name()).isNotEqualTo(new QuantRule.FloatOnly("no rule"));
    }
  }

  @Test
  void theTableIsUpToDate() {
    GeneratedDocs.check("ops.md", page());
  }

  private static String page() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Ops

        Written by `OpTableTest` from the registry `Ops.ALL`; do not edit by hand.

        An operator that ends with `_` is read like the one without. An op without ATen operators comes from a
        [pass](passes.md) or as a special case of another op. ONNX operators are those of the default domain,
        operator sets 9 to 21.

        | op | from ATen | from ONNX | to ONNX | to TFLite | INT8 |
        |---|---|---|---|---|---|
        """);
    for (OpDef<?> def : Ops.ALL) {
      String aten =
          Stream.concat(def.aten().keySet().stream(), def.atenToList().keySet().stream())
              .map(AtenSchema::name)
              .map(n -> n.substring("aten::".length()))
              .sorted()
              .map(n -> "`" + n + "`")
              .collect(Collectors.joining(", "));
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s | %s |\n",
              def.name(),
              aten,
              def.onnx().keySet().stream()
                  .sorted()
                  .map(n -> "`" + n + "`")
                  .collect(Collectors.joining(", ")),
              def.hasOnnx() ? "yes" : "no",
              def.hasTflite() ? def.tfliteLimit().orElse("yes") : "no",
              rule(def.rule())));
    }
    out.append("\n## Operators that leave no node\n\n");
    out.append("They are arithmetic on sizes, or do nothing at inference:\n");
    out.append(
        AtenStructure.names().stream()
            .map(n -> "`" + n + "`")
            .collect(Collectors.joining(",\n", "", ".\n")));
    out.append("\nIn ONNX, on sizes and on weights: ");
    out.append(
        OnnxStructure.names().stream()
            .map(n -> "`" + n + "`")
            .collect(Collectors.joining(", ", "", ".\n")));
    return out.toString();
  }

  private static String rule(QuantRule rule) {
    if (rule instanceof QuantRule.Weighted) {
      return "weights per output channel, bias int32";
    } else if (rule instanceof QuantRule.Free) {
      return "own scale for every input and the output";
    } else if (rule instanceof QuantRule.SameScale) {
      return "scale of its input";
    } else if (rule instanceof QuantRule.FixedOutput) {
      return "own scale for its input, a fixed one for the output";
    } else if (rule instanceof QuantRule.FloatOnly f) {
      return "float: " + f.reason();
    }
    throw new IllegalStateException();
  }
}
