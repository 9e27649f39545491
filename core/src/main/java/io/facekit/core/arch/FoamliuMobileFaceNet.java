package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;
import java.util.List;

/**
 * MobileFaceNet as foamliu/MobileFaceNet defines it ({@code mobilefacenet.py}): ReLU6, which leaves
 * no trace in the weights, and plain ReLU in the second layer, which is a depthwise and a 1x1
 * convolution.
 */
final class FoamliuMobileFaceNet implements Family {
  @Override
  public String name() {
    return "foamliu MobileFaceNet";
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(InputFormat.FOAMLIU);
  }

  @Override
  public List<String> notes() {
    return List.of("ReLU and ReLU6 are those of the family's code: the weights do not show them");
  }

  @Override
  public void write(Net net) {
    Feature x = block(net, net.conv(net.image(), "conv1.0", 3, 2), "conv1");
    x = net.batchNorm(net.depthwise(x, "dw_conv.depthwise", 1), "dw_conv.bn1");
    x = net.relu(x, "dw_conv.relu");
    x = net.batchNorm(net.conv(x, "dw_conv.pointwise", 1, 1), "dw_conv.bn2");
    x = net.relu(x, "dw_conv.relu");
    int blocks = Math.max(1, net.weights().children("features"));
    for (int i = 0; i < blocks; i++) {
      String path = "features." + i;
      x = bottleneck(net, x, path, Bottlenecks.stride(net, x, i, path + ".conv.0.0.weight"));
    }
    x = block(net, net.conv(x, "conv2.0", 1, 1), "conv2");
    x = net.batchNorm(net.global(x, "gdconv.depthwise"), "gdconv.bn");
    x = net.batchNorm(net.biasedPointwise(x, "conv3"), "bn");
    net.view(x, "");
  }

  private static Feature block(Net net, Feature convolved, String path) {
    return net.relu6(net.batchNorm(convolved, path + ".1"), path + ".2");
  }

  private static Feature bottleneck(Net net, Feature x, String path, int stride) {
    String p = path + ".conv.";
    Feature y = block(net, net.conv(x, p + "0.0", 1, 1), p + "0");
    y = block(net, net.depthwise(y, p + "1.0", stride), p + "1");
    y = net.batchNorm(net.conv(y, p + "2", 1, 1), p + "3");
    return Bottlenecks.connected(net, x, y, path, stride);
  }
}
