package io.facekit.runtime.file;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * A lock that keeps two processes from writing the same file: {@code .NAME.facekit.lock} beside it,
 * removed at the end. The operating system releases it when a process dies, so a lock file that is
 * left over blocks nobody.
 */
final class OutputLock implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final Path file;
  private final FileChannel channel;

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a target without waiting.
   *
   * @param target in a folder that exists
   * @throws FacekitException OUTPUT_LOCKED if it is taken
   * @throws IOException if the folder cannot be written
   */
  static OutputLock take(Path target) throws IOException {
    Path file = target.resolveSibling("." + target.getFileName() + ".facekit.lock");
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<OutputLock> lock = Leftovers.whole(() -> tryOnce(file));
      if (lock.isPresent()) {
        return lock.get();
      }
    }
    throw Problem.of(ErrorId.OUTPUT_LOCKED, "another facekit writes to the same output")
        .at(target.toString())
        .hint("wait for it to end")
        .asException();
  }

  private static Optional<OutputLock> tryOnce(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      taken = lock != null && isStillThere(file, channel);
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    if (!taken) {
      return Optional.empty();
    }
    Leftovers.add(file);
    return Optional.of(new OutputLock(file, channel));
  }

  /** Whether the locked file is the one that the name leads to: its last owner may remove it. */
  private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
    byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(token), 0);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(file), token);
  }

  @Override
  public void close() {
    try {
      Leftovers.whole(
          () -> {
            Leftovers.forget(file);
            return Files.deleteIfExists(file);
          });
    } catch (IOException e) {
      // Where open files cannot be removed, the next owner takes the same file.
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw Problem.of(ErrorId.OUTPUT_FAILED, "the lock cannot be released")
          .at(file.toString())
          .asException(e);
    }
  }
}
