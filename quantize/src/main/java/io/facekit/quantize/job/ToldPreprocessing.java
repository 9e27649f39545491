package io.facekit.quantize.job;

import io.facekit.core.ir.Graph;
import io.facekit.core.op.Conv;
import io.facekit.core.torch.ModelKind;
import io.facekit.runtime.face.Preprocessing;
import java.util.Optional;

/**
 * The preprocessing that a model tells by itself.
 *
 * @param preprocessing for images of the model's size
 * @param why how the model tells it
 */
record ToldPreprocessing(Preprocessing preprocessing, String why) {

  /** What its file says, or what its architecture is trained with. */
  static Optional<ToldPreprocessing> of(SourceModel model) {
    return stated(model)
        .map(p -> new ToldPreprocessing(p, "as the file says"))
        .or(() -> usual(model))
        .map(t -> t.sized(model));
  }

  /** What the file of a model says in facekit's words. */
  static Optional<Preprocessing> stated(SourceModel model) {
    return model.kind() == ModelKind.ONNX
        ? ArtifactMetadata.preprocessing(model.file(), model.kind())
        : Optional.empty();
  }

  /**
   * Of a model that takes pixels and computes something else first, the architecture tells none.
   */
  private static Optional<ToldPreprocessing> usual(SourceModel model) {
    return model
        .architecture()
        .filter(a -> startsWithConv(model.graph()))
        .flatMap(
            a ->
                InputFormats.usual(a)
                    .map(
                        p ->
                            new ToldPreprocessing(
                                p, a.inputs().get(0).preset() + ", usual for " + a.name())));
  }

  private static boolean startsWithConv(Graph graph) {
    return graph.consumers(graph.inputs().get(0)).stream().allMatch(n -> n.op() instanceof Conv);
  }

  /** One line for the user. */
  String notice(String instead) {
    return "preprocessing: " + preprocessing.inWords() + " (" + why + "); " + instead;
  }

  private ToldPreprocessing sized(SourceModel model) {
    return new ToldPreprocessing(
        preprocessing.sized(model.size().height(), model.size().width()), why);
  }
}
