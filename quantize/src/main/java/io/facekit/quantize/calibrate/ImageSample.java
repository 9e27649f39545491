package io.facekit.quantize.calibrate;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Quantization;
import io.facekit.quantize.Parallel;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.run.OnnxRunner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A few images, kept as inputs of the model, for work that runs many graphs over them. The caller
 * bounds their number. Sessions are single-threaded; results do not depend on their number.
 */
public final class ImageSample {
  /** Parts that {@link #fold} sums up by themselves, on any machine. */
  private static final int FOLDS = 2;

  private final List<float[]> inputs;
  private final int threads;
  private final String version;

  private ImageSample(List<float[]> inputs, int threads, String version) {
    this.inputs = inputs;
    this.threads = threads;
    this.version = version;
  }

  /** All images of the loader. */
  public static ImageSample of(FaceLoader images, int threads, String version) {
    List<float[]> inputs = new ArrayList<>();
    for (Optional<FaceBatch> b = images.next(1); b.isPresent(); b = images.next(1)) {
      inputs.add(b.get().input());
    }
    return new ImageSample(inputs, threads, version);
  }

  /**
   * Runs the graph on every image.
   *
   * @param values that are shown to the function; their buffers are valid only inside of it
   * @return what the function made of each image, in the order of the images
   */
  public <R> List<R> map(
      Graph graph,
      Quantization quantization,
      List<String> values,
      Function<Map<String, FloatBuffer>, R> function) {
    return parts(
            graph,
            quantization,
            values,
            threads,
            ArrayList<R>::new,
            (results, shown) -> results.add(function.apply(shown)))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Runs the graph on every image and sums up what it shows, in {@value #FOLDS} sums that together
   * hold all images.
   *
   * @param sums new ones
   * @param add adds the values of one image; their buffers are valid only inside of it
   * @return always the same sums in the same order
   */
  public <S> List<S> fold(
      Graph graph,
      Quantization quantization,
      List<String> values,
      Supplier<S> sums,
      BiConsumer<S, Map<String, FloatBuffer>> add) {
    return parts(graph, quantization, values, FOLDS, sums, add);
  }

  private <S> List<S> parts(
      Graph graph,
      Quantization quantization,
      List<String> values,
      int parts,
      Supplier<S> sums,
      BiConsumer<S, Map<String, FloatBuffer>> add) {
    OnnxEmitter.Emitted model =
        OnnxEmitter.emitObserved(graph, quantization, OnnxOptions.of(version).withObserved(values));
    try (Parallel parallel = new Parallel(threads)) {
      List<Future<S>> running = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        List<float[]> part =
            inputs.subList(inputs.size() * i / parts, inputs.size() * (i + 1) / parts);
        running.add(parallel.start(() -> run(model, values, part, sums.get(), add)));
      }
      return running.stream().map(Parallel::result).toList();
    }
  }

  private static <S> S run(
      OnnxEmitter.Emitted model,
      List<String> values,
      List<float[]> images,
      S sum,
      BiConsumer<S, Map<String, FloatBuffer>> add) {
    Map<String, String> valueOf = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      valueOf.put(model.observed().get(i), values.get(i));
    }
    boolean showsInput = valueOf.remove(ImagePass.INPUT) != null;
    List<String> tensors = List.copyOf(valueOf.keySet());
    try (OnnxRunner runner = OnnxRunner.open(model.bytes(), OnnxRunner.Options.DEFAULT)) {
      for (float[] image : images) {
        Map<String, FloatBuffer> shown = new HashMap<>();
        runner.runAll(image, 1, tensors, (tensor, data) -> shown.put(valueOf.get(tensor), data));
        if (showsInput) {
          shown.put(ImagePass.INPUT, FloatBuffer.wrap(image));
        }
        add.accept(sum, shown);
      }
    }
    return sum;
  }
}
