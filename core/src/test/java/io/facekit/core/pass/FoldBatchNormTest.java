package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FoldBatchNormTest {
  private final PassCheck check = new PassCheck(new FoldBatchNorm());

  @Test
  void foldsIntoAConv() {
    check.rewrites(
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0}, b: f32[2] {1.0 -1.0})
        bn = BatchNormalization[epsilon=0.0](conv, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn
        """,
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, conv.weight: f32[2,1,1,1] {0.5 8.0}, conv.bias: f32[2] {0.5 -12.0})
        output conv
        """);
  }

  @Test
  void givesAConvABias() {
    check.rewrites(
        """
        input x: f32[batch,2,3,3]
        conv = Conv[strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1], groups=2, activation=NONE](x, w: f32[2,1,1,2] {1.0 2.0 3.0 4.0})
        bn = BatchNormalization[epsilon=0.0](conv, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        relu = Relu(bn)
        output relu
        """,
        """
        input x: f32[batch,2,3,3]
        conv = Conv[strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1], groups=2, activation=NONE](x, conv.weight: f32[2,1,1,2] {0.5 1.0 12.0 16.0}, conv.bias: f32[2] {0.0 -8.0})
        relu = Relu(conv)
        output relu
        """);
  }

  @Test
  void foldsIntoAGemm() {
    check.rewrites(
        """
        input x: f32[batch,2]
        fc = Gemm[activation=NONE](x, w: f32[2,2] {1.0 2.0 3.0 4.0}, b: f32[2] {3.0 3.0})
        bn = BatchNormalization[epsilon=0.0](fc, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn
        """,
        """
        input x: f32[batch,2]
        fc = Gemm[activation=NONE](x, fc.weight: f32[2,2] {0.5 1.0 12.0 16.0}, fc.bias: f32[2] {1.5 4.0})
        output fc
        """);
  }

  @Test
  void foldsAChainInOneRun() {
    check.rewrites(
        """
        input x: f32[batch,2]
        fc = Gemm[activation=NONE](x, w: f32[2,2] {1.0 2.0 3.0 4.0})
        bn1 = BatchNormalization[epsilon=0.0](fc, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        bn2 = BatchNormalization[epsilon=0.0](bn1, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn2
        """,
        """
        input x: f32[batch,2]
        fc = Gemm[activation=NONE](x, fc.weight: f32[2,2] {0.25 0.5 48.0 64.0}, fc.bias: f32[2] {0.0 -40.0})
        output fc
        """);
  }

  @Test
  void leavesASharedWeightToTheOtherReader() {
    check.rewrites(
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        bn = BatchNormalization[epsilon=0.0](a, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        sum = Add(bn, b)
        output sum
        """,
        """
        input x: f32[batch,1,2,2]
        a = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, a.weight: f32[2,1,1,1] {0.5 8.0}, a.bias: f32[2] {0.0 -8.0})
        b = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        sum = Add(a, b)
        output sum
        """);
  }

  @Test
  void keepsANormalizationBehindAnActivation() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](x, w: f32[2,1,1,1] {1.0 2.0})
        bn = BatchNormalization[epsilon=0.0](conv, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        relu = Relu(bn)
        bn2 = BatchNormalization[epsilon=0.0](relu, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn2
        """);
  }

  @Test
  void keepsAConvWithTwoReaders() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        bn = BatchNormalization[epsilon=0.0](conv, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        sum = Add(conv, bn)
        output sum
        """);
  }

  @Test
  void keepsAConvThatIsAnOutput() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        bn = BatchNormalization[epsilon=0.0](conv, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn
        output conv
        """);
  }

  @Test
  void keepsANormalizationOfTheInput() {
    check.keeps(
        """
        input x: f32[batch,2,2,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn
        """);
  }

  @Test
  void keepsAComputedWeightOrBias() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        input w: f32[2,1,1,1]
        input b: f32[2]
        conv1 = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w)
        bn1 = BatchNormalization[epsilon=0.0](conv1, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv2 = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, v: f32[2,1,1,1] {1.0 2.0}, b)
        bn2 = BatchNormalization[epsilon=0.0](conv2, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        output bn1
        output bn2
        """);
  }

  @Test
  void keepsComputedStatistics() {
    check.keeps(
        """
        input x: f32[batch,1,2,2]
        input m: f32[2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, w: f32[2,1,1,1] {1.0 2.0})
        bn = BatchNormalization[epsilon=0.0](conv, s: f32[2] {1.0 4.0}, b: f32[2] {0.5 0.0}, m, v: f32[2] {4.0 1.0})
        output bn
        """);
  }
}
