package io.facekit.core.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.op.AtenSchema.Argument;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AtenSchemaTest {
  @Test
  void readsNamesAndDefaults() {
    AtenSchema s =
        AtenSchema.parse(
            "aten::norm(Tensor self, Scalar? p, int[1] dim, bool keepdim=False, *, ScalarType?"
                + " dtype=None)");
    assertThat(s.name()).isEqualTo("aten::norm");
    assertThat(s.arguments())
        .containsExactly(
            new Argument("self", Optional.empty()),
            new Argument("p", Optional.empty()),
            new Argument("dim", Optional.empty()),
            new Argument("keepdim", Optional.of("False")),
            new Argument("dtype", Optional.of("None")));
  }

  @Test
  void keepsListsTogether() {
    AtenSchema s = AtenSchema.parse("aten::f(Tensor x, int[2] stride=[1, 2], int[] pad=[])");
    assertThat(s.arguments())
        .extracting(a -> a.defaultText().orElse("none"))
        .containsExactly("none", "[1, 2]", "[]");
  }

  @Test
  void takesFunctionsWithoutArguments() {
    assertThat(AtenSchema.parse("aten::f()").arguments()).isEmpty();
  }

  @Test
  void everyRegisteredOperatorIsFoundByItsName() {
    for (OpDef<?> def : Ops.ALL) {
      def.aten()
          .keySet()
          .forEach(s -> assertThat(Ops.aten(s.name()).orElseThrow().schema()).isEqualTo(s));
    }
    assertThat(Ops.aten("aten::no_such_operator")).isEmpty();
  }
}
