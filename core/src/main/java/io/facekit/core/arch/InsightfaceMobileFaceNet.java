package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;
import java.util.List;

/**
 * {@code get_mbf} and {@code get_mbf_large} of deepinsight/insightface ({@code
 * recognition/arcface_torch/backbones/mobilefacenet.py}), with any {@code blocks} and {@code
 * scale}: the second layer is a grouped convolution, or a run of bottlenecks if the first number of
 * blocks is not 1.
 */
final class InsightfaceMobileFaceNet implements Family {
  @Override
  public String name() {
    return "insightface MobileFaceNet";
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(InputFormat.INSIGHTFACE);
  }

  @Override
  public void write(Net net) {
    Feature x = block(net, net.conv(net.image(), "layers.0.layers.0", 3, 2), "layers.0");
    x =
        net.weights().hasModule("layers.1.layers.0.layers")
            ? residual(net, x, "layers.1")
            : block(net, net.grouped(x, "layers.1.layers.0"), "layers.1");
    for (int i = 2; i < 8; i += 2) {
      x = bottleneck(net, x, "layers." + i, 2);
      x = residual(net, x, "layers." + (i + 1));
    }
    x = block(net, net.conv(x, "conv_sep.layers.0", 1, 1), "conv_sep");
    x = net.global(x, "features.layers.0.layers.0");
    x = net.batchNorm(x, "features.layers.0.layers.1");
    x = net.view(x, "features.layers.1");
    x = net.linear(x, "features.layers.2", false);
    net.batchNorm(x, "features.layers.3");
  }

  private static Feature block(Net net, Feature convolved, String path) {
    Feature y = net.batchNorm(convolved, path + ".layers.1");
    return net.prelu(y, path + ".layers.2");
  }

  private static Feature residual(Net net, Feature x, String path) {
    Feature y = x;
    int blocks = Math.max(1, net.weights().children(path + ".layers"));
    for (int i = 0; i < blocks; i++) {
      String scope = path + ".layers." + i;
      y = net.add(y, bottleneck(net, y, scope, 1), scope);
    }
    return y;
  }

  private static Feature bottleneck(Net net, Feature x, String path, int stride) {
    String first = path + ".layers.0";
    String second = path + ".layers.1";
    String third = path + ".layers.2.layers.";
    Feature y = block(net, net.conv(x, first + ".layers.0", 1, 1), first);
    y = block(net, net.depthwise(y, second + ".layers.0", stride), second);
    return net.batchNorm(net.conv(y, third + "0", 1, 1), third + "1");
  }
}
