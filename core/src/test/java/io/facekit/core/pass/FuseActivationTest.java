package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseActivationTest {
  private final PassCheck check = new PassCheck(new FuseActivation());

  @Test
  void fusesReluIntoConv() {
    check.rewrites(
        """
        input x: f32[batch,1,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[1,1,1,1] {2.0}, b: f32[1] {1.0})
        relu = Relu(conv)
        leaky = LeakyRelu[alpha=0.5](relu)
        output leaky
        """,
        """
        input x: f32[batch,1,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](x, w: f32[1,1,1,1] {2.0}, b: f32[1] {1.0})
        leaky = LeakyRelu[alpha=0.5](conv)
        output leaky
        """);
  }

  @Test
  void fusesAClipTo6IntoGemm() {
    check.rewrites(
        """
        input x: f32[batch,1]
        fc = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        relu6 = Clip[min=0.0, max=6.0](fc)
        output relu6
        """,
        """
        input x: f32[batch,1]
        fc = Gemm[activation=RELU6](x, w: f32[1,1] {2.0})
        output fc
        """);
  }

  @Test
  void fusesOnlyTheFirstOfTwo() {
    check.rewrites(
        """
        input x: f32[batch,1]
        fc = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        relu = Relu(fc)
        relu6 = Clip[min=0.0, max=6.0](relu)
        output relu6
        """,
        """
        input x: f32[batch,1]
        fc = Gemm[activation=RELU](x, w: f32[1,1] {2.0})
        relu6 = Clip[min=0.0, max=6.0](fc)
        output relu6
        """);
  }

  @Test
  void keepsOtherClips() {
    check.keeps(
        """
        input x: f32[batch,1]
        fc1 = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        a = Clip[min=0.0, max=5.0](fc1)
        fc2 = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        b = Clip[min=-1.0, max=6.0](fc2)
        fc3 = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        c = LeakyRelu[alpha=0.0](fc3)
        output a
        output b
        output c
        """);
  }

  @Test
  void keepsAnActivationOfSomethingElse() {
    check.keeps(
        """
        input x: f32[batch,1]
        relu = Relu(x)
        sum = Add(relu, x)
        relu2 = Relu(sum)
        output relu2
        """);
  }

  @Test
  void keepsALayerThatIsReadTwice() {
    check.keeps(
        """
        input x: f32[batch,1]
        fc = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        relu = Relu(fc)
        sum = Add(fc, relu)
        output sum
        """);
  }

  @Test
  void keepsALayerThatIsAnOutput() {
    check.keeps(
        """
        input x: f32[batch,1]
        fc = Gemm[activation=NONE](x, w: f32[1,1] {2.0})
        relu = Relu(fc)
        output fc
        output relu
        """);
  }
}
