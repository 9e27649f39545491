package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;
import java.util.List;

/**
 * MobileFacenet as Xiaoccer/MobileFaceNet_Pytorch defines it ({@code core/model.py}): bottlenecks
 * in one list, of which the first and those that widen four times have stride 2.
 */
final class XiaoccerMobileFacenet implements Family {
  @Override
  public String name() {
    return "Xiaoccer MobileFacenet";
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(InputFormat.XIAOCCER);
  }

  @Override
  public void write(Net net) {
    Feature x =
        net.prelu(norm(net, net.conv(net.image(), "conv1.conv", 3, 2), "conv1"), "conv1.prelu");
    x = norm(net, net.depthwise(x, "dw_conv1.conv", 1), "dw_conv1");
    x = net.prelu(x, "dw_conv1.prelu");
    int blocks = Math.max(1, net.weights().children("blocks"));
    for (int i = 0; i < blocks; i++) {
      String path = "blocks." + i;
      x = bottleneck(net, x, path, Bottlenecks.stride(net, x, i, path + ".conv.0.weight"));
    }
    x = net.prelu(norm(net, net.conv(x, "conv2.conv", 1, 1), "conv2"), "conv2.prelu");
    x = norm(net, net.global(x, "linear7.conv"), "linear7");
    x = norm(net, net.conv(x, "linear1.conv", 1, 1), "linear1");
    net.view(x, "");
  }

  private static Feature norm(Net net, Feature x, String path) {
    return net.batchNorm(x, path + ".bn");
  }

  private static Feature bottleneck(Net net, Feature x, String path, int stride) {
    String p = path + ".conv.";
    Feature y = net.prelu(net.batchNorm(net.conv(x, p + 0, 1, 1), p + 1), p + 2);
    y = net.prelu(net.batchNorm(net.depthwise(y, p + 3, stride), p + 4), p + 5);
    y = net.batchNorm(net.conv(y, p + 6, 1, 1), p + 7);
    return Bottlenecks.connected(net, x, y, path, stride);
  }
}
