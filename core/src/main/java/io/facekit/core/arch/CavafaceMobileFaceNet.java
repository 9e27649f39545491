package io.facekit.core.arch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.util.List;
import java.util.Optional;

/**
 * MobileFaceNet as cavalleria/cavaface defines it ({@code backbone/mobilefacenet.py}), without
 * attention: TreB1eN's layers with the head in a module of its own. Its other head, GNAP, scales
 * each pixel by a mean over the whole batch.
 */
final class CavafaceMobileFaceNet implements Family {
  private static final String HEAD = "output_layer";

  @Override
  public String name() {
    return "cavaface MobileFaceNet";
  }

  @Override
  public List<InputFormat> inputs() {
    return List.of(InputFormat.CAVAFACE);
  }

  @Override
  public void write(Net net) {
    TreB1eNBody.head(net, TreB1eNBody.write(net), HEAD + ".");
  }

  @Override
  public Optional<Problem> refusal(Weights weights) {
    boolean gnap =
        weights.has("conv_6_sep.conv.weight")
            && weights.has(HEAD + ".bn1.running_mean")
            && weights.has(HEAD + ".bn2.running_mean")
            && !weights.hasModule(HEAD + ".conv_6_dw");
    return gnap
        ? Optional.of(
            Problem.of(
                    ErrorId.ARCH_REFUSED,
                    "the GNAP head divides by a mean over the batch, so that an embedding depends"
                        + " on the other images of its batch")
                .found(name() + " with " + HEAD + ".bn1 and " + HEAD + ".bn2")
                .hint("train with the head GDC (output_name='GDC'), whose rows are independent"))
        : Optional.empty();
  }
}
