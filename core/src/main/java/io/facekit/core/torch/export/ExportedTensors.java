package io.facekit.core.torch.export;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.json.Json;
import io.facekit.core.json.JsonReader;
import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.pickle.Unpickler;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Archive;
import io.facekit.core.torch.TensorLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Parameters, buffers and constants of a program, by name. Since 2.9 each lies in an entry of its
 * own, described by a JSON entry; before, all lie in an archive that {@code torch.save} wrote, an
 * entry of the outer one.
 */
final class ExportedTensors {
  private static final List<String> SAVED =
      List.of(
          "data/weights/model.pt",
          "data/constants/model.pt",
          "serialized_state_dict.pt",
          "serialized_state_dict.json",
          "serialized_constants.pt",
          "serialized_constants.json");

  private final Map<String, Supplier<TensorData>> tensors = new LinkedHashMap<>();
  private final Archive archive;

  ExportedTensors(Archive archive) {
    this.archive = archive;
    described("data/weights/", "data/weights/model_weights_config.json");
    described("data/constants/", "data/constants/model_constants_config.json");
    SAVED.forEach(this::saved);
  }

  /**
   * The tensor of a name, if there is one.
   *
   * @throws io.facekit.core.error.FacekitException TENSOR_MALFORMED, TENSOR_DTYPE, or PT2_CONSTRUCT
   *     for what is no plain tensor
   */
  Optional<TensorData> find(String name) {
    return Optional.ofNullable(tensors.get(name)).map(Supplier::get);
  }

  private void described(String folder, String config) {
    if (!archive.has(config)) {
      return;
    }
    TensorLoader loader = new TensorLoader(archive, folder);
    Json described =
        JsonReader.read(archive.read(config), ErrorId.PT2_MALFORMED, archive.at(config))
            .get("config");
    described
        .members()
        .forEach((name, meta) -> tensors.put(name, () -> load(name, meta, folder, loader)));
  }

  private TensorData load(String name, Json payload, String folder, TensorLoader loader) {
    String path = payload.get("path_name").text();
    if (payload.get("use_pickle").flag()) {
      throw Problem.of(ErrorId.PT2_CONSTRUCT, "a weight of a Python class of its own is not read")
          .at(archive.fileName() + "!" + Printable.name(name))
          .hint("save the model with plain tensors")
          .asException();
    }
    Json meta = payload.get("tensor_meta");
    DType dtype =
        SchemaCodes.dtype(meta.get("dtype").whole())
            .orElseThrow(
                () ->
                    Problem.of(ErrorId.TENSOR_DTYPE, "the weight has an element type of its own")
                        .at(archive.fileName() + "!" + Printable.name(name))
                        .found("number " + meta.get("dtype").whole() + " of the schema")
                        .asException());
    if (meta.get("layout").whole() != SchemaCodes.STRIDED) {
      throw new Json.Mismatch("a weight that is not stored row by row");
    }
    int bytes = Math.max(archive.size(folder + path), 0);
    StorageValue storage = new StorageValue(dtype, path, bytes / dtype.sizeBytes());
    long offset = meta.get("storage_offset").get("as_int").whole();
    List<Long> sizes = integers(meta.get("sizes"));
    List<Long> strides = integers(meta.get("strides"));
    if (sizes.size() != strides.size()) {
      throw new Json.Mismatch("a weight whose sizes and strides differ in number");
    }
    return loader.load(new TensorValue(storage, offset, sizes, strides), name);
  }

  private static List<Long> integers(Json list) {
    return list.items().stream().map(i -> i.get("as_int").whole()).toList();
  }

  private void saved(String path) {
    if (archive.size(path) <= 0) {
      return;
    }
    Archive inner = Archive.open(archive.read(path), archive.at(path));
    TensorLoader loader = new TensorLoader(inner, "data/");
    if (!(Unpickler.read(inner.read("data.pkl"), inner.at("data.pkl")) instanceof DictValue dict)) {
      throw new Json.Mismatch("weights that are not a dictionary");
    }
    for (Map.Entry<Object, PickleValue> e : dict.items().entrySet()) {
      if (e.getKey() instanceof String name && e.getValue() instanceof TensorValue tensor) {
        tensors.put(name, () -> loader.load(tensor, name));
      }
    }
  }
}
