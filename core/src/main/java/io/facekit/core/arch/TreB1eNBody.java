package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;

/**
 * The layers of MobileFaceNet (arXiv 1804.07573, table 1) up to the 1x1 convolution before the
 * head, under the names of TreB1eN/InsightFace_Pytorch ({@code model.py}).
 */
final class TreB1eNBody {
  private TreB1eNBody() {}

  static Feature write(Net net) {
    Feature x = block(net, net.image(), "conv1", 3, 2);
    x = net.depthwise(x, "conv2_dw.conv", 1);
    x = net.prelu(net.batchNorm(x, "conv2_dw.bn"), "conv2_dw.prelu");
    for (String stage : new String[] {"3", "4", "5"}) {
      String previous = stage.equals("3") ? "2" : stage.equals("4") ? "3" : "4";
      x = bottleneck(net, x, "conv_" + previous + stage, 2);
      String path = "conv_" + stage + ".model";
      int blocks = Math.max(1, net.weights().children(path));
      for (int i = 0; i < blocks; i++) {
        String scope = path + "." + i;
        x = net.add(x, bottleneck(net, x, scope, 1), scope);
      }
    }
    return block(net, x, "conv_6_sep", 1, 1);
  }

  private static Feature block(Net net, Feature x, String path, int kernel, int stride) {
    Feature y = net.batchNorm(net.conv(x, path + ".conv", kernel, stride), path + ".bn");
    return net.prelu(y, path + ".prelu");
  }

  private static Feature bottleneck(Net net, Feature x, String path, int stride) {
    Feature y = block(net, x, path + ".conv", 1, 1);
    String dw = path + ".conv_dw";
    y = net.batchNorm(net.depthwise(y, dw + ".conv", stride), dw + ".bn");
    y = net.prelu(y, dw + ".prelu");
    y = net.conv(y, path + ".project.conv", 1, 1);
    return net.batchNorm(y, path + ".project.bn");
  }

  /** Depthwise convolution over the whole map, linear layer and BatchNorm, below a prefix. */
  static void head(Net net, Feature x, String prefix) {
    Feature y = net.global(x, prefix + "conv_6_dw.conv");
    y = net.batchNorm(y, prefix + "conv_6_dw.bn");
    String linear = prefix + "linear";
    long[] shape = net.weights().shape(linear + ".weight");
    if (shape != null && shape.length == 4) {
      net.view(net.batchNorm(net.conv(y, linear, 1, 1), prefix + "bn"), "");
      return;
    }
    y = net.view(y, prefix + "conv_6_flatten");
    net.batchNorm(net.linear(y, linear, false), prefix + "bn");
  }
}
