package io.facekit.runtime.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Folders that are made for files, and are gone again unless the files got there. */
final class NewFolders implements AutoCloseable {
  private final Deque<Path> made = new ArrayDeque<>();

  /** The folder itself if it exists, or the next one above it that does. */
  static Path existing(Path folder) {
    Path existing = folder.toAbsolutePath().normalize();
    while (existing.getParent() != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    return existing;
  }

  /** Makes a folder, with those above it, unless it exists. */
  void make(Path folder) throws IOException {
    Path path = folder.toAbsolutePath().normalize();
    if (Files.isDirectory(path)) {
      return;
    }
    if (path.getParent() != null) {
      make(path.getParent());
    }
    try {
      Leftovers.whole(
          () -> {
            Files.createDirectory(path);
            Leftovers.add(path);
            return made.add(path);
          });
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
  }

  /** Says that the files are there. */
  void keep() {
    made.forEach(Leftovers::forget);
    made.clear();
  }

  /** Removes the folders that were made and not kept, if nobody else put anything there. */
  @Override
  public void close() {
    while (!made.isEmpty()) {
      Path folder = made.removeLast();
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // Somebody uses it.
      }
      Leftovers.forget(folder);
    }
  }
}
