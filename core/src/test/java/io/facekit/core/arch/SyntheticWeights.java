package io.facekit.core.arch;

import io.facekit.core.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Seeded random weights under the names of each family, narrow enough to be fast. */
final class SyntheticWeights {
  final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Random random = new Random(5);

  private TensorData noise(float centre, float spread, long... shape) {
    int n = 1;
    for (long s : shape) {
      n = Math.toIntExact(n * s);
    }
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = centre + spread * (2 * random.nextFloat() - 1);
    }
    return TensorData.of(values, shape);
  }

  SyntheticWeights conv(String path, long out, long inPerGroup, long height, long width) {
    float spread = (float) Math.sqrt(3.0 / (inPerGroup * height * width));
    tensors.put(path + ".weight", noise(0, spread, out, inPerGroup, height, width));
    return this;
  }

  SyntheticWeights bias(String path, long size) {
    tensors.put(path + ".bias", noise(0, 0.2f, size));
    return this;
  }

  SyntheticWeights linear(String path, long out, long in) {
    tensors.put(path + ".weight", noise(0, (float) Math.sqrt(3.0 / in), out, in));
    return this;
  }

  SyntheticWeights bn(String path, long channels) {
    tensors.put(path + ".weight", noise(1, 0.3f, channels));
    tensors.put(path + ".bias", noise(0, 0.2f, channels));
    tensors.put(path + ".running_mean", noise(0, 0.2f, channels));
    tensors.put(path + ".running_var", noise(1, 0.5f, channels));
    tensors.put(path + ".num_batches_tracked", TensorData.of(new long[] {9}));
    return this;
  }

  SyntheticWeights prelu(String path, long channels) {
    tensors.put(path + ".weight", noise(0.2f, 0.4f, channels));
    return this;
  }

  /** TreB1eN's and, with another prefix of the head, cavaface's. */
  static SyntheticWeights treb1en(String head, int blocks, int kernelHeight, int kernelWidth) {
    SyntheticWeights w = new SyntheticWeights();
    w.block("conv1", 8, 3, 3).block("conv2_dw", 8, 1, 3);
    w.bottleneck("conv_23", 8, 12, 8);
    for (int i = 0; i < blocks; i++) {
      w.bottleneck("conv_3.model." + i, 8, 12, 8);
    }
    w.bottleneck("conv_34", 8, 20, 12).bottleneck("conv_4.model.0", 12, 20, 12);
    w.bottleneck("conv_45", 12, 24, 12).bottleneck("conv_5.model.0", 12, 20, 12);
    w.block("conv_6_sep", 24, 12, 1);
    w.conv(head + "conv_6_dw.conv", 24, 1, kernelHeight, kernelWidth).bn(head + "conv_6_dw.bn", 24);
    return w.linear(head + "linear", 16, 24).bn(head + "bn", 16);
  }

  private SyntheticWeights block(String path, int out, int in, int kernel) {
    return conv(path + ".conv", out, in, kernel, kernel)
        .bn(path + ".bn", out)
        .prelu(path + ".prelu", out);
  }

  private SyntheticWeights bottleneck(String path, int in, int hidden, int out) {
    return block(path + ".conv", hidden, in, 1)
        .block(path + ".conv_dw", hidden, 1, 3)
        .conv(path + ".project.conv", out, hidden, 1, 1)
        .bn(path + ".project.bn", out);
  }

  /**
   * insightface's {@code get_mbf}.
   *
   * @param perGroup input channels of a group of the second layer; 0 for a run of bottlenecks
   */
  static SyntheticWeights insightface(int perGroup, int blocks) {
    SyntheticWeights w = new SyntheticWeights();
    w.layers("layers.0", 8, 3, 3);
    if (perGroup > 0) {
      w.layers("layers.1", 8, perGroup, 3);
    } else {
      w.depthWise("layers.1.layers.0", 8, 6, 8).depthWise("layers.1.layers.1", 8, 6, 8);
    }
    int[] hidden = {6, 10, 12};
    int in = 8;
    for (int stage = 0; stage < 3; stage++) {
      int out = stage == 0 ? 8 : 12;
      w.depthWise("layers." + (2 + 2 * stage), in, hidden[stage], out);
      for (int i = 0; i < blocks; i++) {
        w.depthWise("layers." + (3 + 2 * stage) + ".layers." + i, out, hidden[stage], out);
      }
      in = out;
    }
    w.layers("conv_sep", 24, 12, 1);
    w.conv("features.layers.0.layers.0", 24, 1, 7, 7).bn("features.layers.0.layers.1", 24);
    return w.linear("features.layers.2", 16, 24).bn("features.layers.3", 16);
  }

  private SyntheticWeights layers(String path, int out, int in, int kernel) {
    return conv(path + ".layers.0", out, in, kernel, kernel)
        .bn(path + ".layers.1", out)
        .prelu(path + ".layers.2", out);
  }

  private SyntheticWeights depthWise(String path, int in, int hidden, int out) {
    return layers(path + ".layers.0", hidden, in, 1)
        .layers(path + ".layers.1", hidden, 1, 3)
        .conv(path + ".layers.2.layers.0", out, hidden, 1, 1)
        .bn(path + ".layers.2.layers.1", out);
  }

  /** insightface's {@code iresnet}, with the blocks of each stage. */
  static SyntheticWeights iresnet(int... blocks) {
    SyntheticWeights w = new SyntheticWeights();
    w.conv("conv1", 4, 3, 3, 3).bn("bn1", 4).prelu("prelu", 4);
    int in = 4;
    for (int stage = 0; stage < 4; stage++) {
      int out = 4 + 2 * stage;
      for (int i = 0; i < blocks[stage]; i++) {
        String path = "layer" + (stage + 1) + "." + i;
        w.bn(path + ".bn1", in).conv(path + ".conv1", out, in, 3, 3).bn(path + ".bn2", out);
        w.prelu(path + ".prelu", out).conv(path + ".conv2", out, out, 3, 3).bn(path + ".bn3", out);
        if (i == 0) {
          w.conv(path + ".downsample.0", out, in, 1, 1).bn(path + ".downsample.1", out);
        }
        in = out;
      }
    }
    return w.bn("bn2", 10).linear("fc", 16, 10 * 49).bias("fc", 16).bn("features", 16);
  }

  /** Xiaoccer's, with expansions of the bottlenecks. */
  static SyntheticWeights xiaoccer(int... expansions) {
    SyntheticWeights w = new SyntheticWeights();
    w.block("conv1", 8, 3, 3).block("dw_conv1", 8, 1, 3);
    for (int i = 0; i < expansions.length; i++) {
      String p = "blocks." + i + ".conv.";
      int hidden = 8 * expansions[i];
      w.conv(p + 0, hidden, 8, 1, 1).bn(p + 1, hidden).prelu(p + 2, hidden);
      w.conv(p + 3, hidden, 1, 3, 3).bn(p + 4, hidden).prelu(p + 5, hidden);
      w.conv(p + 6, 8, hidden, 1, 1).bn(p + 7, 8);
    }
    w.block("conv2", 24, 8, 1).conv("linear7.conv", 24, 1, 7, 6).bn("linear7.bn", 24);
    return w.conv("linear1.conv", 16, 24, 1, 1).bn("linear1.bn", 16);
  }

  /** foamliu's, with expansions of the bottlenecks. */
  static SyntheticWeights foamliu(int... expansions) {
    SyntheticWeights w = new SyntheticWeights();
    w.conv("conv1.0", 8, 3, 3, 3).bn("conv1.1", 8).conv("dw_conv.depthwise", 8, 1, 3, 3);
    w.conv("dw_conv.pointwise", 8, 8, 1, 1).bn("dw_conv.bn1", 8).bn("dw_conv.bn2", 8);
    w.conv("conv2.0", 24, 8, 1, 1).bn("conv2.1", 24).conv("gdconv.depthwise", 24, 1, 7, 7);
    w.bn("gdconv.bn", 24).conv("conv3", 16, 24, 1, 1).bias("conv3", 16).bn("bn", 16);
    for (int i = 0; i < expansions.length; i++) {
      String p = "features." + i + ".conv.";
      int hidden = 8 * expansions[i];
      w.conv(p + "0.0", hidden, 8, 1, 1).bn(p + "0.1", hidden);
      w.conv(p + "1.0", hidden, 1, 3, 3).bn(p + "1.1", hidden);
      w.conv(p + 2, 8, hidden, 1, 1).bn(p + 3, 8);
    }
    return w;
  }
}
