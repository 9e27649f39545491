package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.MappedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Looks at the first bytes of a file, and at the names in a zip archive. */
final class KindDetector {
  private KindDetector() {}

  static ModelKind detect(MappedFile file) {
    return isZip(file)
        ? ofArchive(Archive.open(file.bytes(), file.name()))
        : ofBytes(file.bytes(), file.name());
  }

  static boolean isZip(MappedFile file) {
    return file.bytes().limit() >= 4 && file.bytes().getInt(0) == 0x04034b50;
  }

  static ModelKind ofArchive(Archive archive) {
    boolean code = archive.hasFolder("code/");
    if (archive.has("data.pkl")) {
      return code && archive.has("constants.pkl") ? ModelKind.TORCHSCRIPT : ModelKind.STATE_DICT;
    }
    if (archive.has("archive_format")
        || archive.has("models/model.json")
        || archive.has("serialized_exported_program.json")) {
      return ModelKind.PT2;
    }
    throw unknown(archive.fileName(), "a zip archive without PyTorch's entries");
  }

  static ModelKind ofBytes(ByteBuffer bytes, String name) {
    int size = bytes.limit();
    if (size >= 8 && ascii(bytes, 4, 4).equals("TFL3")) {
      return ModelKind.TFLITE;
    }
    if (size >= 2 && bytes.get(0) == (byte) 0x80 && bytes.get(1) >= 2 && bytes.get(1) <= 5) {
      return ModelKind.LEGACY_PICKLE;
    }
    if (size > 9 && bytes.get(8) == '{' && bytes.getLong(0) >= 2 && bytes.getLong(0) <= size - 8L) {
      return ModelKind.SAFETENSORS;
    }
    if (TarDirectory.isTar(bytes) && TarDirectory.read(bytes, name).has("storages")) {
      return ModelKind.LEGACY_TAR;
    }
    String head = ascii(bytes, 0, Math.min(size, 512)).strip().toLowerCase(Locale.ROOT);
    if (head.startsWith("version https://git-lfs") || head.startsWith("version https://hawser")) {
      throw notAModel(
          name,
          "the file is a Git LFS pointer, not the model itself",
          "fetch the model: git lfs pull");
    }
    if (head.startsWith("<!doctype html") || head.startsWith("<html") || head.startsWith("<?xml")) {
      throw notAModel(
          name,
          "the file is an HTML page, not a model",
          "the download was answered with a web page; open the link in a browser");
    }
    if (OnnxSniffer.isModel(bytes)) {
      return ModelKind.ONNX;
    }
    throw unknown(name, describe(bytes, head));
  }

  private static String describe(ByteBuffer bytes, String head) {
    int size = bytes.limit();
    int first = size >= 2 ? (bytes.get(0) & 0xff) << 8 | (bytes.get(1) & 0xff) : 0;
    if (first == 0x1f8b) {
      return "gzip data: unpack it first";
    }
    if (first == 0x8950 || first == 0xffd8) {
      return "an image";
    }
    if (TarDirectory.isTar(bytes)) {
      return "a tar archive";
    }
    if (head.startsWith("{") || head.startsWith("[")) {
      return "JSON text";
    }
    return size + " bytes of another kind";
  }

  private static FacekitException notAModel(String name, String what, String hint) {
    return Problem.of(ErrorId.KIND_NOT_A_MODEL, what).at(name).hint(hint).asException();
  }

  private static FacekitException unknown(String name, String found) {
    String known =
        Arrays.stream(ModelKind.values()).map(ModelKind::label).collect(Collectors.joining(", "));
    return Problem.of(ErrorId.KIND_UNKNOWN, "the content is of no kind that facekit knows")
        .at(name)
        .found(found)
        .hint("kinds that are known: " + known)
        .asException();
  }

  private static String ascii(ByteBuffer bytes, int offset, int size) {
    byte[] out = new byte[size];
    bytes.get(offset, out);
    return new String(out, StandardCharsets.US_ASCII);
  }
}
