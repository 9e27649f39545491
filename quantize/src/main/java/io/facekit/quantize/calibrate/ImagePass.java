package io.facekit.quantize.calibrate;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Quantization;
import io.facekit.quantize.Parallel;
import io.facekit.quantize.Progress;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.run.OnnxRunner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Streams images one by one through a graph and shows values of it to observers. Each of several
 * single-threaded sessions observes its share, and the observers are merged; memory does not grow
 * with the images. An observer whose merging depends on no order makes the result independent of
 * the threads.
 */
public final class ImagePass {
  static final String INPUT = "input";

  private final OnnxEmitter.Emitted model;
  private final List<String> values;

  /** Sees values, image after image. Not shared between threads. */
  public interface Observer<O> {
    /**
     * @param data the value for one image; valid until the next image
     */
    void observe(String value, FloatBuffer data);

    /** All values of an image were shown. */
    default void seen(FaceBatch image) {}

    /** Adds what another observer saw. */
    void merge(O other);
  }

  /**
   * @param values to be shown
   */
  public ImagePass(Graph graph, Quantization quantization, List<String> values, String version) {
    this.values = List.copyOf(values);
    this.model =
        OnnxEmitter.emitObserved(
            graph, quantization, OnnxOptions.of(version).withObserved(this.values));
  }

  /**
   * Reads all images of the loader.
   *
   * @param threads number of sessions
   */
  public <O extends Observer<O>> O run(
      FaceLoader images, int threads, Supplier<O> observers, Progress progress) {
    if (values.isEmpty()) {
      return observers.get();
    }
    try (Parallel parallel = new Parallel(threads)) {
      List<Future<O>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        shares.add(parallel.start(() -> observe(images, observers.get(), progress)));
      }
      O all = observers.get();
      shares.forEach(share -> all.merge(Parallel.result(share)));
      return all;
    }
  }

  private <O extends Observer<O>> O observe(FaceLoader images, O observer, Progress progress) {
    Map<String, String> valueOf = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      valueOf.put(model.observed().get(i), values.get(i));
    }
    boolean observesInput = valueOf.remove(INPUT) != null;
    List<String> tensors = List.copyOf(valueOf.keySet());
    BiConsumer<String, FloatBuffer> sink =
        (tensor, data) -> observer.observe(Objects.requireNonNull(valueOf.get(tensor)), data);
    try (OnnxRunner runner = OnnxRunner.open(model.bytes(), OnnxRunner.Options.DEFAULT)) {
      for (Optional<FaceBatch> next = next(images); next.isPresent(); next = next(images)) {
        FaceBatch image = next.get();
        if (observesInput) {
          observer.observe(INPUT, FloatBuffer.wrap(image.input()));
        }
        runner.runAll(image.input(), image.size(), tensors, sink);
        observer.seen(image);
        synchronized (images) {
          progress.step();
        }
      }
    }
    return observer;
  }

  private static Optional<FaceBatch> next(FaceLoader images) {
    synchronized (images) {
      return images.next(1);
    }
  }
}
