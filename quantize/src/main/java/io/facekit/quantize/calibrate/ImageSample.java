package io.facekit.quantize.calibrate;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Quantization;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.run.OnnxRunner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * A few images, kept as inputs of the model, for work that runs many graphs over them. The caller
 * bounds their number.
 */
public final class ImageSample {
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
   * Runs the graph on every image, in several single-threaded sessions.
   *
   * @param values that are shown to the function; their buffers are valid only inside of it
   * @return what the function made of each image, in the order of the images
   */
  public <R> List<R> map(
      Graph graph,
      Quantization quantization,
      List<String> values,
      Function<Map<String, FloatBuffer>, R> function) {
    OnnxEmitter.Emitted model =
        OnnxEmitter.emitObserved(graph, quantization, OnnxOptions.of(version).withObserved(values));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<R>>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        List<float[]> share =
            inputs.subList(inputs.size() * i / threads, inputs.size() * (i + 1) / threads);
        shares.add(pool.submit(() -> run(model, values, share, function)));
      }
      List<R> all = new ArrayList<>();
      for (Future<List<R>> share : shares) {
        all.addAll(share.get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static <R> List<R> run(
      OnnxEmitter.Emitted model,
      List<String> values,
      List<float[]> images,
      Function<Map<String, FloatBuffer>, R> function) {
    List<R> results = new ArrayList<>();
    try (OnnxRunner runner = OnnxRunner.open(model.bytes(), OnnxRunner.Options.DEFAULT)) {
      for (float[] image : images) {
        Map<String, FloatBuffer> shown = new HashMap<>();
        runner.runAll(
            image,
            1,
            model.observed(),
            (tensor, data) -> shown.put(values.get(model.observed().indexOf(tensor)), data));
        results.add(function.apply(shown));
      }
    }
    return results;
  }
}
