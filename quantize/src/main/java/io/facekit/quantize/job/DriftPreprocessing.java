package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.ModelKind;
import io.facekit.quantize.Progress;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the faces of a comparison are prepared: as asked for, or as the artifacts say. */
final class DriftPreprocessing {
  private DriftPreprocessing() {}

  /**
   * @param named the name of a preset, which goes before what the artifacts say
   */
  static Preprocessing of(List<Path> artifacts, Optional<String> named, Progress progress) {
    Map<Path, Preprocessing> stated = new LinkedHashMap<>();
    for (Path file : artifacts) {
      ArtifactMetadata.preprocessing(file, ModelKind.detect(file))
          .ifPresent(p -> stated.put(file, p));
    }
    if (named.isPresent()) {
      Preprocessing chosen = ExportJob.preset(named.get());
      stated.forEach(
          (file, p) -> {
            if (!p.sameValues(chosen)) {
              progress.warning(
                  file
                      + " wants "
                      + p.inWords()
                      + ", but --preprocessing "
                      + named.get()
                      + " goes before");
            }
          });
      return chosen;
    }
    if (stated.isEmpty()) {
      progress.warning(
          "neither model says how faces are prepared: they are, as by --preprocessing "
              + PreprocessingPreset.MOBILEFACENET.presetName());
      return PreprocessingPreset.MOBILEFACENET.preprocessing();
    }
    List<Preprocessing> all = List.copyOf(stated.values());
    if (!all.get(0).sameValues(all.get(all.size() - 1))) {
      throw Problem.of(ErrorId.USAGE, "the models want different preprocessing")
          .at(artifacts.get(1).toString())
          .found(all.get(1).inWords() + ", the reference " + all.get(0).inWords())
          .hint("--preprocessing NAME, if one of them is wrong about itself")
          .asException();
    }
    return all.get(0);
  }
}
