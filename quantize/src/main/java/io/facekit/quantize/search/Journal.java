package io.facekit.quantize.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Measurements that outlive the process: JSON lines, the first of which says what is measured, each
 * further one a figure. A process that was killed leaves at most one torn line at the end, which is
 * cut off. A journal of something else begins anew.
 */
public final class Journal implements AutoCloseable {
  private static final int MAX_BYTES = 16 << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final Map<String, Double> known = new LinkedHashMap<>();
  private final int resumed;

  private Journal(Path file, FileChannel channel, FileLock lock, String subject)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
    channel.truncate(read(subject));
    channel.position(channel.size());
    resumed = known.size();
    if (channel.size() == 0) {
      append(MAPPER.createObjectNode().put("journal", subject));
    }
  }

  /**
   * Opens or begins a journal.
   *
   * @param subject a digest of everything that the measurements depend on
   * @throws FacekitException OUTPUT_LOCKED if another process has it, OUTPUT_FAILED
   */
  public static Journal open(Path file, String subject) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      try {
        return new Journal(file, channel, lock(file, channel), subject);
      } catch (IOException | FacekitException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static FileLock lock(Path file, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw Problem.of(ErrorId.OUTPUT_LOCKED, "another facekit writes to the same journal")
          .at(file.toString())
          .hint("wait for it to end")
          .asException();
    }
    return lock;
  }

  /** Keeps what can be used; returns the number of bytes that it takes. */
  private long read(String subject) throws IOException {
    if (channel.size() > MAX_BYTES) {
      return 0;
    }
    byte[] bytes = Channels.newInputStream(channel).readNBytes(MAX_BYTES);
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, from, i - from, StandardCharsets.UTF_8);
        if (!isRead(line, from == 0, subject)) {
          return from;
        }
        from = i + 1;
      }
    }
    return from;
  }

  private boolean isRead(String line, boolean first, String subject) {
    try {
      JsonNode node = MAPPER.readTree(line);
      if (first) {
        return node != null && node.path("journal").asText().equals(subject);
      }
      if (node == null || !node.path("of").isTextual() || !node.path("value").isNumber()) {
        return false;
      }
      known.put(node.path("of").textValue(), node.path("value").doubleValue());
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** How many measurements an earlier process left. */
  public int resumed() {
    return resumed;
  }

  /** The figure of that name: the known one, or a new one, which is written down first. */
  public double get(String name, DoubleSupplier measurement) {
    Double old = known.get(name);
    if (old != null) {
      return old;
    }
    double value = measurement.getAsDouble();
    known.put(name, value);
    try {
      append(MAPPER.createObjectNode().put("of", name).put("value", value));
    } catch (IOException e) {
      throw failed(file, e);
    }
    return value;
  }

  private void append(ObjectNode line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Removes the file: nothing is left to resume. */
  public void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
      channel.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static FacekitException failed(Path file, IOException e) {
    return Problem.of(ErrorId.OUTPUT_FAILED, "the journal cannot be written")
        .at(file.toString())
        .found(e.getClass().getSimpleName())
        .asException(e);
  }
}
