package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.Parallel;
import io.facekit.quantize.Progress;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.runtime.face.Face;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.run.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/** Embeds the same images with several models. Each image is decoded once. */
final class Embedder {
  private Embedder() {}

  /** One set of embeddings per runner, in the order of the runners. */
  static List<Embeddings> embed(
      List<Runner> runners,
      FaceSet set,
      Preprocessing preprocessing,
      int threads,
      Progress progress) {
    List<Embeddings.Builder> builders = new ArrayList<>();
    try (Parallel parallel = new Parallel(threads);
        FaceLoader loader = new FaceLoader(set, preprocessing, 1)) {
      Optional<FaceBatch> next = loader.next(1);
      while (next.isPresent()) {
        FaceBatch batch = next.get();
        List<Future<float[]>> results = new ArrayList<>();
        for (Runner r : runners) {
          results.add(parallel.start(() -> r.run(batch.input(), 1)));
        }
        next = loader.next(1);
        for (int i = 0; i < runners.size(); i++) {
          float[] row = Parallel.result(results.get(i));
          if (builders.size() == i) {
            builders.add(Embeddings.builder(set.size(), row.length));
          }
          Face face = batch.faces().get(0);
          builders.get(i).add(face.name(), face.identity(), row, 0);
        }
        progress.step();
      }
    }
    if (builders.isEmpty()) {
      throw Problem.of(ErrorId.DATA_EMPTY, "no image was usable").asException();
    }
    return builders.stream().map(Embeddings.Builder::build).toList();
  }
}
