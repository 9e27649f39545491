package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FoldBatchNormForwardTest {
  private final PassCheck check = new PassCheck(new FoldBatchNormForward());

  @Test
  void foldsIntoADenseConv() {
    check.rewrites(
        """
        input x: f32[batch,2,2,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](bn, w: f32[1,2,1,1] {1.0 2.0}, b: f32[1] {1.0})
        output conv
        """,
        """
        input x: f32[batch,2,2,2]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](x, conv.weight: f32[1,2,1,1] {0.5 8.0}, conv.bias: f32[1] {-15.0})
        output conv
        """);
  }

  @Test
  void foldsIntoADepthwiseConvWithAnActivation() {
    check.rewrites(
        """
        input x: f32[batch,2,2,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv = Conv[strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=RELU](bn, w: f32[2,1,1,2] {3.0 1.0 5.0 1.0})
        output conv
        """,
        """
        input x: f32[batch,2,2,2]
        conv = Conv[strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=RELU](x, conv.weight: f32[2,1,1,2] {1.5 0.5 20.0 4.0}, conv.bias: f32[2] {0.0 -48.0})
        output conv
        """);
  }

  @Test
  void foldsIntoAGroupedConv() {
    check.rewrites(
        """
        input x: f32[batch,4,1,1]
        bn = BatchNormalization[epsilon=0.0](x, s: f32[4] {1.0 2.0 3.0 4.0}, z: f32[4] {1.0 1.0 10.0 10.0}, m: f32[4] {0.0 0.0 0.0 0.0}, v: f32[4] {1.0 1.0 1.0 1.0})
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](bn, w: f32[2,2,1,1] {1.0 1.0 1.0 2.0})
        output conv
        """,
        """
        input x: f32[batch,4,1,1]
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](x, conv.weight: f32[2,2,1,1] {1.0 2.0 3.0 8.0}, conv.bias: f32[2] {2.0 30.0})
        output conv
        """);
  }

  @Test
  void foldsIntoAGemm() {
    check.rewrites(
        """
        input x: f32[batch,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        fc = Gemm[activation=NONE](bn, w: f32[2,2] {1.0 2.0 3.0 0.0})
        output fc
        """,
        """
        input x: f32[batch,2]
        fc = Gemm[activation=NONE](x, fc.weight: f32[2,2] {0.5 8.0 1.5 0.0}, fc.bias: f32[2] {-16.0 0.0})
        output fc
        """);
  }

  @Test
  void foldsThroughAFlatten() {
    check.rewrites(
        """
        input x: f32[batch,2,1,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        flat = Flatten(bn)
        fc = Gemm[activation=NONE](flat, w: f32[1,4] {1.0 2.0 1.0 1.0})
        output fc
        """,
        """
        input x: f32[batch,2,1,2]
        flat = Flatten(x)
        fc = Gemm[activation=NONE](flat, fc.weight: f32[1,4] {0.5 1.0 4.0 4.0}, fc.bias: f32[1] {-16.0})
        output fc
        """);
  }

  @Test
  void neverFoldsIntoAPaddedConv() {
    check.keeps(
        """
        input x: f32[batch,2,2,2]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 1], dilations=[1, 1], groups=1, activation=NONE](bn, w: f32[1,2,1,2] {1.0 2.0 3.0 4.0})
        output conv
        """);
  }

  @Test
  void keepsWhatIsReadTwice() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](bn, w: f32[2,2,1,1] {1.0 2.0 3.0 4.0})
        sum = Add(bn, conv)
        output sum
        """);
  }

  @Test
  void keepsAFlattenThatIsReadTwice() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        flat = Flatten(bn)
        fc = Gemm[activation=NONE](flat, w: f32[2,2] {1.0 2.0 3.0 4.0})
        sum = Add(flat, fc)
        output sum
        """);
  }

  @Test
  void keepsAnOutput() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](bn, w: f32[1,2,1,1] {1.0 2.0})
        output conv
        output bn
        """);
  }

  @Test
  void keepsANormalizationBeforeSomethingElse() {
    check.keeps(
        """
        input x: f32[batch,2,1,1]
        bn = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        relu = Relu(bn)
        bn2 = BatchNormalization[epsilon=0.0](relu, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        flat = Flatten(bn2)
        output flat
        """);
  }

  @Test
  void keepsWhatIsComputed() {
    check.keeps(
        """
        input x: f32[batch,2]
        input w: f32[1,2]
        input b: f32[1]
        input m: f32[2]
        bn1 = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        fc1 = Gemm[activation=NONE](bn1, w)
        bn2 = BatchNormalization[epsilon=0.0](x, bn.scale: f32[2] {1.0 4.0}, bn.bias: f32[2] {0.5 0.0}, bn.mean: f32[2] {1.0 2.0}, bn.var: f32[2] {4.0 1.0})
        fc2 = Gemm[activation=NONE](bn2, v: f32[1,2] {1.0 2.0}, b)
        bn3 = BatchNormalization[epsilon=0.0](x, s: f32[2] {1.0 4.0}, z: f32[2] {0.5 0.0}, m, u: f32[2] {4.0 1.0})
        fc3 = Gemm[activation=NONE](bn3, v: f32[1,2] {1.0 2.0})
        output fc1
        output fc2
        output fc3
        """);
  }
}
