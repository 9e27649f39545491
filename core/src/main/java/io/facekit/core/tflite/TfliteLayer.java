package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * An operator with weights.
 *
 * @param name of its output
 * @param operator its name, without version
 * @param output element type and shape of its output
 * @param parameters elements of weights and bias
 * @param macs multiply-accumulates of one image
 */
public record TfliteLayer(String name, String operator, String output, long parameters, long macs) {
  private static final int WEIGHTS = 1;

  static List<TfliteLayer> of(TfliteModel model) {
    List<TfliteLayer> layers = new ArrayList<>();
    for (Graph graph : model.graphs()) {
      for (Step step : graph.steps()) {
        operator(model, step)
            .filter(TfliteLayer::isWeighted)
            .flatMap(op -> of(graph, step, op))
            .ifPresent(layers::add);
      }
    }
    return layers;
  }

  private static Optional<Integer> operator(TfliteModel model, Step step) {
    return step.code() < model.codes().size()
        ? Optional.of(model.codes().get((int) step.code()).operator())
        : Optional.empty();
  }

  private static boolean isWeighted(int operator) {
    return operator == BuiltinOperator.CONV_2D
        || operator == BuiltinOperator.DEPTHWISE_CONV_2D
        || operator == BuiltinOperator.FULLY_CONNECTED;
  }

  private static Optional<TfliteLayer> of(Graph graph, Step step, int operator) {
    if (step.inputs().size() <= WEIGHTS || step.outputs().isEmpty()) {
      return Optional.empty();
    }
    Optional<TensorInfo> weights = graph.tensor(step.inputs().get(WEIGHTS));
    Optional<TensorInfo> output = graph.tensor(step.outputs().get(0));
    if (weights.isEmpty() || output.isEmpty() || weights.get().shape().isEmpty()) {
      return Optional.empty();
    }
    double bias = step.inputs().size() > 2 ? bias(graph.tensor(step.inputs().get(2))) : 0;
    double size = product(weights.get().shape());
    // Depthwise weights have their output channels last, all others first (schema.fbs).
    List<Integer> shape = weights.get().shape();
    int channels =
        operator == BuiltinOperator.DEPTHWISE_CONV_2D ? shape.get(shape.size() - 1) : shape.get(0);
    List<Integer> image = output.get().shape();
    double elements = product(image.subList(Math.min(1, image.size()), image.size()));
    return Optional.of(
        new TfliteLayer(
            output.get().name(),
            BuiltinOperator.name(operator),
            TflitePrinter.type(output.get()),
            (long) (size + bias),
            channels == 0 ? 0 : (long) (elements * (size / channels))));
  }

  private static double bias(Optional<TensorInfo> tensor) {
    return tensor.map(t -> product(t.shape())).orElse(0.0);
  }

  /** Exact as far as sizes of real models go, and finite for any. */
  private static double product(List<Integer> sizes) {
    return sizes.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
  }
}
