package io.facekit.core.arch;

import java.util.List;

/**
 * MobileFaceNet as TreB1eN/InsightFace_Pytorch defines it ({@code model.py}); face.evoLVe,
 * FaceX-Zoo and others have it with the same names. The linear layer may be a 1x1 convolution.
 */
final class TreB1eNMobileFaceNet implements Family {
  @Override
  public String name() {
    return "TreB1eN MobileFaceNet";
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(
        InputFormat.TREB1EN, InputFormat.CAVAFACE, InputFormat.FACEX_ZOO, InputFormat.FACEPLUGIN);
  }

  @Override
  public void write(Net net) {
    TreB1eNBody.head(net, TreB1eNBody.write(net), "");
  }
}
