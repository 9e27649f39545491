package io.facekit.runtime.run;

import io.facekit.runtime.file.CacheFolder;
import io.facekit.runtime.file.WorkFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Native libraries of a jar, unpacked once into the per-user cache instead of at every start. The
 * folder's name holds the libraries' checksums, and each use checks them again.
 */
final class NativeCache {
  private record Library(URL source, String fileName, long sizeBytes, long crc) {}

  private NativeCache() {}

  /**
   * Unpacks resources of the class path.
   *
   * @param name what the folder's name starts with
   * @param folder of the resources, for example {@code ai/onnxruntime/native/linux-x64}
   * @return the folder that holds exactly these files; empty if they do not come from a jar or the
   *     cache cannot be used, which is no error: the runtime then unpacks them itself
   */
  static Optional<Path> unpack(String name, String folder, List<String> fileNames) {
    return CacheFolder.find().flatMap(cache -> unpack(cache, name, folder, fileNames));
  }

  static Optional<Path> unpack(Path cache, String name, String folder, List<String> fileNames) {
    try {
      List<Library> libraries = new ArrayList<>();
      StringBuilder key = new StringBuilder(name);
      for (String fileName : fileNames) {
        Library library = locate(folder, fileName);
        libraries.add(library);
        key.append(String.format(Locale.ROOT, "-%08x", library.crc()));
      }
      Path target = cache.resolve(key.toString());
      Files.createDirectories(target);
      for (Library library : libraries) {
        Path file = target.resolve(library.fileName());
        if (!isIntact(file, library)) {
          copy(library, target);
        }
      }
      return Optional.of(target);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Library locate(String folder, String fileName) throws IOException {
    URL source = NativeCache.class.getClassLoader().getResource(folder + "/" + fileName);
    if (source == null || !(source.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("no jar entry " + fileName);
    }
    connection.setUseCaches(false);
    try (var jar = connection.getJarFile()) {
      var entry = connection.getJarEntry();
      if (jar == null || entry == null || entry.getCrc() < 0) {
        throw new IOException("no checksum of " + fileName);
      }
      return new Library(source, fileName, entry.getSize(), entry.getCrc());
    }
  }

  private static boolean isIntact(Path file, Library library) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != library.sizeBytes()) {
      return false;
    }
    CRC32 crc = new CRC32();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      crc.update(channel.map(FileChannel.MapMode.READ_ONLY, 0, library.sizeBytes()));
    }
    return crc.getValue() == library.crc();
  }

  private static void copy(Library library, Path folder) throws IOException {
    Path file = folder.resolve(library.fileName());
    try (WorkFolder work = WorkFolder.inside(folder)) {
      Path temp = work.path().resolve(library.fileName());
      var connection = library.source().openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        Files.copy(in, temp);
      }
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileAlreadyExistsException e) {
      // Where a move does not replace, another process was first.
    }
  }
}
