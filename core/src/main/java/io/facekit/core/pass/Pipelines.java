package io.facekit.core.pass;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.quant.Target;
import java.util.ArrayList;
import java.util.List;

/** The ordered lists of passes. The graph is verified after every pass. */
public final class Pipelines {
  /** From an imported graph to the one that plans, reports and emitters name layers of. */
  public static final List<Pass> CANONICAL =
      List.of(
          new EliminateIdentityPool(),
          new EliminateTile(),
          new FuseChannelShuffle(),
          new FuseReshape(),
          new FuseGelu(),
          new FuseHardSwish(),
          new FoldAdd(),
          new FoldBatchNorm(),
          new FoldBatchNormForward(),
          new ConvertConvToGemm(),
          new FuseActivation(),
          new FuseL2Normalization());

  /** What quantization needs of every graph, whatever the target. */
  public static final List<Pass> QUANTIZED = List.of(new NormalizePReluSlopes());

  private Pipelines() {}

  /** From a canonical graph to one that a target runs well. */
  public static List<Pass> forTarget(Target target) {
    return target.preluWindow() == 0
        ? List.of()
        : List.of(new NormalizePReluSlopes(), new LowerPRelu(target.preluWindow()));
  }

  /** Runs passes in order on the graph itself. */
  public static void run(List<Pass> passes, Graph graph) {
    List<String> done = new ArrayList<>();
    for (Pass p : passes) {
      p.run(graph);
      graph.removeDeadNodes();
      List<String> wrong = GraphVerifier.verify(graph);
      if (!wrong.isEmpty()) {
        throw Problem.of(ErrorId.INTERNAL, "pass " + p.name() + " left a broken graph")
            .at("after passes " + done)
            .found(String.join("; ", wrong) + "\n" + GraphPrinter.print(graph))
            .asException();
      }
      done.add(p.name());
    }
  }
}
