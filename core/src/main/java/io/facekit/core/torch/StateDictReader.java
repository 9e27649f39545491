package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.pickle.Unpickler;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the weights in a checkpoint: a zip archive or a stream of {@code torch.save}, the tar
 * archive of its first versions, or safetensors. The file is mapped and tensors are views on it; it
 * must not change while they are used. Nothing in the file is run.
 */
public final class StateDictReader {
  private static final int MOST_NAMES = 10;
  private static final int MOST_TENSORS = 50_000;
  private static final int LONGEST_NAME = 500;

  private StateDictReader() {}

  /** Whether files of a kind hold weights that {@link #read} finds. */
  public static boolean reads(ModelKind kind) {
    return switch (kind) {
      case STATE_DICT, LEGACY_PICKLE, LEGACY_TAR, SAFETENSORS -> true;
      case TORCHSCRIPT, PT2, ONNX, TFLITE -> false;
    };
  }

  /**
   * The largest dictionary of tensors in the file, which is the model: optimizers and class weights
   * have fewer entries.
   *
   * @throws io.facekit.core.error.FacekitException what {@link ModelKind#detect} throws;
   *     KIND_UNSUPPORTED for other kinds; PICKLE and TENSOR errors; CHECKPOINT_MALFORMED, and
   *     CHECKPOINT_EMPTY if there are no named tensors
   */
  public static StateDict read(Path file) {
    return read(MappedFile.open(file));
  }

  static StateDict read(MappedFile file) {
    ModelKind kind = KindDetector.detect(file);
    if (!reads(kind)) {
      throw Refusal.of(file, kind);
    }
    return read(file, kind);
  }

  static StateDict read(MappedFile file, ModelKind kind) {
    if (kind == ModelKind.SAFETENSORS) {
      return stripped(
          file.name(), kind, "", Safetensors.read(file.bytes(), file.name()), List.of());
    }
    Checkpoint checkpoint =
        switch (kind) {
          case LEGACY_PICKLE -> LegacyStream.read(file.bytes(), file.name());
          case LEGACY_TAR -> TarCheckpoint.read(file.bytes(), file.name());
          default -> archived(Archive.open(file, kind));
        };
    TensorLoader loader = new TensorLoader(checkpoint.storages());
    CheckpointWalk walk = CheckpointWalk.of(checkpoint.root(), loader);
    CheckpointWalk.Found found =
        walk.largest()
            .orElseThrow(
                () ->
                    Problem.of(ErrorId.CHECKPOINT_EMPTY, "the checkpoint holds no named weights")
                        .at(file.name())
                        .found(kind.label())
                        .hint(
                            "save them with torch.save(model.state_dict(), \"weights.pt\"), or"
                                + " better: "
                                + Retrace.LINE)
                        .asException());
    if (found.tensors().size() > MOST_TENSORS) {
      throw Problem.of(
              ErrorId.CHECKPOINT_MALFORMED,
              found.tensors().size() + " weights; up to " + MOST_TENSORS + " are read")
          .at(file.name())
          .asException();
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorValue> e : found.tensors().entrySet()) {
      tensors.put(e.getKey(), loader.load(e.getValue(), Printable.name(e.getKey())));
    }
    List<String> notes = new ArrayList<>();
    if (!walk.others(found).isEmpty()) {
      notes.add("other dictionaries of weights are left out: " + list(walk.others(found)));
    }
    return stripped(file.name(), kind, found.path(), tensors, notes);
  }

  private static Checkpoint archived(Archive archive) {
    return new Checkpoint(
        Unpickler.read(archive.read("data.pkl"), archive.at("data.pkl")),
        new ArchiveStorages(archive, "data/"));
  }

  private static StateDict stripped(
      String file,
      ModelKind kind,
      String path,
      Map<String, TensorData> tensors,
      List<String> earlierNotes) {
    for (String name : tensors.keySet()) {
      if (name.length() > LONGEST_NAME) {
        throw Problem.of(
                ErrorId.CHECKPOINT_MALFORMED,
                "a weight's name has " + name.length() + " characters")
            .at(file)
            .found(Printable.name(name))
            .asException();
      }
    }
    KeyPrefix.Stripped<TensorData> stripped = KeyPrefix.strip(tensors);
    List<String> notes = new ArrayList<>(earlierNotes);
    if (!stripped.dropped().isEmpty()) {
      notes.add(
          "only the weights below "
              + Printable.name(stripped.prefix())
              + " are the model; left out: "
              + list(stripped.dropped()));
    }
    return new StateDict(file, kind, path, stripped.names(), notes);
  }

  private static String list(List<String> names) {
    List<String> shown =
        names.subList(0, Math.min(MOST_NAMES, names.size())).stream().map(Printable::name).toList();
    int more = names.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
