package io.facekit.core.onnx;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold its weights: regular files inside the model's folder, reached
 * without links (ONNX, <a
 * href="https://github.com/onnx/onnx/blob/main/docs/ExternalDataSecurity.md">ExternalDataSecurity.md</a>).
 */
final class ExternalFiles {
  private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");

  private final String model;
  private final @Nullable Path folder;
  private final Map<String, ByteBuffer> open = new HashMap<>();

  /**
   * @param folder of the model; null if it has none
   */
  ExternalFiles(String model, @Nullable Path folder) {
    this.model = model;
    this.folder = folder;
  }

  /**
   * The bytes that a tensor's entries point to.
   *
   * @param size of the tensor in bytes
   */
  ByteBuffer bytes(String tensor, Map<String, String> entries, long size) {
    for (String key : entries.keySet()) {
      if (!KEYS.contains(key)) {
        throw Problem.of(ErrorId.ONNX_MALFORMED, "external data has an unknown key")
            .at(at(tensor))
            .asException();
      }
    }
    ByteBuffer file =
        open.computeIfAbsent(entries.getOrDefault("location", ""), l -> map(tensor, l));
    long offset = number(tensor, entries.getOrDefault("offset", "0"));
    long length =
        entries.containsKey("length")
            ? number(tensor, entries.getOrDefault("length", ""))
            : file.limit() - offset;
    if (length != size || offset > file.limit() - length) {
      throw Problem.of(
              ErrorId.ONNX_MALFORMED,
              "the tensor needs " + size + " bytes, not " + length + " at " + offset)
          .at(at(tensor))
          .found("external data of " + file.limit() + " bytes")
          .asException();
    }
    return file.slice((int) offset, (int) length);
  }

  private long number(String tensor, String text) {
    if (!text.matches("\\d{1,18}")) {
      throw Problem.of(ErrorId.ONNX_MALFORMED, "offset or length of external data is no number")
          .at(at(tensor))
          .asException();
    }
    return Long.parseLong(text);
  }

  private ByteBuffer map(String tensor, String location) {
    if (folder == null) {
      throw refused(tensor, "this model cannot have external data");
    }
    try {
      Path relative = Path.of(location);
      if (location.isEmpty() || location.contains("\\") || relative.isAbsolute()) {
        throw refused(tensor, "external data needs a path relative to the model");
      }
      Path path = folder;
      for (Path part : relative) {
        path = path.resolve(part);
        if (part.toString().equals("..") || Files.isSymbolicLink(path)) {
          throw refused(tensor, "external data is reached by '..' or a symbolic link");
        }
      }
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw Problem.of(ErrorId.FILE_NOT_FOUND, "the file of external data is missing")
            .at(at(tensor))
            .hint("keep the model and its data files together")
            .asException();
      }
      if (!path.toRealPath().startsWith(folder.toRealPath()) || links(path) > 1) {
        throw refused(tensor, "external data has links from other places");
      }
      return MappedFile.open(path).bytes();
    } catch (InvalidPathException e) {
      throw refused(tensor, "external data has no valid path");
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "external data cannot be read")
          .at(at(tensor))
          .asException(e);
    }
  }

  private static int links(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
            && Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                instanceof Integer n
        ? n
        : 1;
  }

  private RuntimeException refused(String tensor, String what) {
    return Problem.of(ErrorId.ONNX_EXTERNAL, what).at(at(tensor)).asException();
  }

  private String at(String tensor) {
    return OnnxReader.place(model, tensor);
  }
}
