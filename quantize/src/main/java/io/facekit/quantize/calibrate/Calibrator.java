package io.facekit.quantize.calibrate;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Quantization;
import io.facekit.quantize.Progress;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.run.OnnxRunner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/**
 * Finds the range of every value that the targets quantize. Images are streamed one by one through
 * the float graph; each of several single-threaded sessions observes its share, and the
 * observations are merged, so memory does not grow with the images and the result does not depend
 * on the threads.
 */
public final class Calibrator {
  private static final String INPUT = "input";

  private final OnnxEmitter.Emitted model;
  private final List<String> values;
  private final RangeMethod method;

  public Calibrator(List<TargetPlan> plans, RangeMethod method, String producerVersion) {
    Set<String> needed = new LinkedHashSet<>();
    plans.forEach(p -> needed.addAll(p.rangesNeeded()));
    Graph union = UnionGraph.of(plans.stream().map(TargetPlan::graph).toList());
    this.values = List.copyOf(needed);
    this.method = method;
    this.model =
        OnnxEmitter.emitObserved(
            union, Quantization.NONE, OnnxOptions.of(producerVersion).withObserved(values));
  }

  /**
   * Reads all images of the loader.
   *
   * @param threads number of sessions; a moving average needs the images in order and uses one
   */
  public Map<String, Range> calibrate(FaceLoader images, int threads, Progress progress) {
    int sessions = method instanceof RangeMethod.BatchAverage ? 1 : threads;
    ExecutorService pool = Executors.newFixedThreadPool(sessions);
    try {
      List<Future<Observations>> shares = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        shares.add(pool.submit(() -> observe(images, progress)));
      }
      Observations all = new Observations(values, method);
      for (Future<Observations> share : shares) {
        all.merge(share.get());
      }
      return all.ranges();
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

  private Observations observe(FaceLoader images, Progress progress) {
    Observations observations = new Observations(values, method);
    Map<String, String> valueOf = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      valueOf.put(model.observed().get(i), values.get(i));
    }
    boolean observesInput = valueOf.remove(INPUT) != null;
    List<String> tensors = List.copyOf(valueOf.keySet());
    BiConsumer<String, FloatBuffer> sink =
        (tensor, data) -> observations.observe(Objects.requireNonNull(valueOf.get(tensor)), data);
    try (OnnxRunner runner = OnnxRunner.open(model.bytes(), OnnxRunner.Options.DEFAULT)) {
      for (Optional<FaceBatch> next = next(images); next.isPresent(); next = next(images)) {
        FaceBatch batch = next.get();
        if (observesInput) {
          observations.observe(INPUT, FloatBuffer.wrap(batch.input()));
        }
        runner.runAll(batch.input(), batch.size(), tensors, sink);
        refuseNotFinite(observations, batch);
        synchronized (images) {
          progress.step();
        }
      }
    }
    return observations;
  }

  private static Optional<FaceBatch> next(FaceLoader images) {
    synchronized (images) {
      return images.next(1);
    }
  }

  private static void refuseNotFinite(Observations observations, FaceBatch batch) {
    observations
        .notFinite()
        .ifPresent(
            value -> {
              throw Problem.of(ErrorId.DATA_NOT_FINITE, "an activation is NaN or infinite")
                  .at(value)
                  .found("with the image " + batch.faces().get(0).name())
                  .hint("check the preprocessing of the recipe against the model's training")
                  .asException();
            });
  }
}
