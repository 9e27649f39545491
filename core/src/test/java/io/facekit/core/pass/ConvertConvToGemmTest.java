package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class ConvertConvToGemmTest {
  private final PassCheck check = new PassCheck(new ConvertConvToGemm());

  @Test
  void convertsAConvOfTheWholeMap() {
    check.rewrites(
        """
        input x: f32[batch,1,2,2]
        fc = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,2,2] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0})
        flat = Flatten(fc)
        output flat
        """,
        """
        input x: f32[batch,1,2,2]
        flat.input @fc = Flatten(x)
        fc = Gemm[activation=NONE](flat.input, fc.weight: f32[2,4] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0})
        output fc
        """);
  }

  @Test
  void keepsBiasAndActivation() {
    check.rewrites(
        """
        input x: f32[batch,2,1,1]
        fc = Conv[strides=[3, 3], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU6](x, w: f32[1,2,1,1] {1.0 2.0}, b: f32[1] {3.0})
        flat = Flatten(fc)
        leaky = LeakyRelu[alpha=0.5](flat)
        output leaky
        """,
        """
        input x: f32[batch,2,1,1]
        flat.input @fc = Flatten(x)
        fc = Gemm[activation=RELU6](flat.input, fc.weight: f32[1,2] {1.0 2.0}, b: f32[1] {3.0})
        leaky = LeakyRelu[alpha=0.5](fc)
        output leaky
        """);
  }

  @Test
  void readsAFlattenThatIsThere() {
    check.rewrites(
        """
        input x: f32[batch,2,1,1]
        flat = Flatten(x)
        fc = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,2,1,1] {1.0 2.0 3.0 4.0})
        flat2 = Flatten(fc)
        sum = Add(flat, flat2)
        output sum
        """,
        """
        input x: f32[batch,2,1,1]
        flat = Flatten(x)
        fc = Gemm[activation=NONE](flat, fc.weight: f32[2,2] {1.0 2.0 3.0 4.0})
        sum = Add(flat, fc)
        output sum
        """);
  }

  @Test
  void doesNotReadAFlattenThatComesLater() {
    check.rewrites(
        """
        input x: f32[batch,2,1,1]
        fc = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,2,1,1] {1.0 2.0 3.0 4.0})
        flat = Flatten(fc)
        later = Flatten(x)
        sum = Add(flat, later)
        output sum
        """,
        """
        input x: f32[batch,2,1,1]
        flat.input @fc = Flatten(x)
        fc = Gemm[activation=NONE](flat.input, fc.weight: f32[2,2] {1.0 2.0 3.0 4.0})
        later = Flatten(x)
        sum = Add(fc, later)
        output sum
        """);
  }

  @Test
  void keepsAPaddedConv() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[1, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[1,1,2,2] {1.0 2.0 3.0 4.0})
        flat = Flatten(conv)
        output flat
        """);
  }

  @Test
  void keepsAGroupedConv() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        flat = Flatten(conv)
        output flat
        """);
  }

  @Test
  void keepsAWindowSmallerThanTheMap() {
    check.keeps(
        """
        input x: f32[batch,1,2,3]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[1,1,2,2] {1.0 2.0 3.0 4.0})
        flat = Flatten(conv)
        output flat
        """);
  }

  @Test
  void keepsAConvThatIsReadTwice() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[1,1,1,1] {2.0})
        flat = Flatten(conv)
        relu = Relu(conv)
        output flat
        output relu
        """);
  }

  @Test
  void keepsAConvWithoutFlatten() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[1,1,1,1] {2.0})
        relu = Relu(conv)
        flat = Flatten(relu)
        output flat
        """);
  }

  @Test
  void keepsAComputedWeight() {
    check.keeps(
        """
        input x: f32[batch,1,1,1]
        input w: f32[1,1,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w)
        flat = Flatten(conv)
        output flat
        """);
  }
}
