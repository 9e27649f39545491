package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;
import java.util.List;

/**
 * {@code iresnet18} to {@code iresnet200} of deepinsight/insightface ({@code
 * recognition/arcface_torch/backbones/iresnet.py}), with any number of blocks: four stages that
 * halve the image, of blocks with BatchNorm before the first convolution.
 */
final class InsightfaceIresnet implements Family {
  private static final int STAGES = 4;
  private static final int CONVOLUTIONS_PER_BLOCK = 2;

  @Override
  public String name() {
    return "insightface iresnet";
  }

  /** The number in the name counts convolutions and the linear layer. */
  @Override
  public String variant(Weights weights) {
    int layers = 2;
    for (int i = 1; i <= STAGES; i++) {
      layers += CONVOLUTIONS_PER_BLOCK * weights.children("layer" + i);
    }
    return name() + layers;
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(InputFormat.INSIGHTFACE);
  }

  @Override
  public void write(Net net) {
    Feature x = net.batchNorm(net.conv(net.image(), "conv1", 3, 1), "bn1");
    x = net.prelu(x, "prelu");
    for (int stage = 1; stage <= STAGES; stage++) {
      String path = "layer" + stage;
      int blocks = Math.max(1, net.weights().children(path));
      for (int i = 0; i < blocks; i++) {
        x = block(net, x, path + "." + i, i == 0 ? 2 : 1);
      }
    }
    x = net.batchNorm(x, "bn2");
    x = net.flatten(x, rowSize(net, x));
    net.batchNorm(net.linear(x, "fc", true), "features");
  }

  private static Feature block(Net net, Feature x, String path, int stride) {
    Feature y = net.conv(net.batchNorm(x, path + ".bn1"), path + ".conv1", 3, 1);
    y = net.prelu(net.batchNorm(y, path + ".bn2"), path + ".prelu");
    y = net.batchNorm(net.conv(y, path + ".conv2", 3, stride), path + ".bn3");
    Feature identity = x;
    if (stride > 1 || net.weights().hasModule(path + ".downsample")) {
      identity = net.conv(x, path + ".downsample.0", 1, stride);
      identity = net.batchNorm(identity, path + ".downsample.1");
    }
    return net.add(y, identity, path);
  }

  /** The linear layer reads a square map of all channels. */
  private static long rowSize(Net net, Feature x) {
    long[] shape = net.weights().shape("fc.weight");
    if (shape == null || shape.length != 2 || x.channels() <= 0) {
      return Weights.ANY;
    }
    long side = Math.round(Math.sqrt((double) shape[1] / x.channels()));
    net.imageOf(x, side, side);
    return side * side * x.channels();
  }
}
