package io.facekit.core.tensor;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A regular, not empty file in memory, without copying it. */
public record MappedFile(String name, ByteBuffer bytes) {
  public static MappedFile open(Path path) {
    String name = String.valueOf(path.getFileName());
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw Problem.of(ErrorId.FILE_NOT_FOUND, "there is no readable file of that name")
          .at(path.toString())
          .asException();
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw Problem.of(ErrorId.FILE_EMPTY, "the file is empty")
            .at(name)
            .hint("download or save it again")
            .asException();
      }
      if (size > Integer.MAX_VALUE) {
        throw Problem.of(
                ErrorId.FILE_TOO_LARGE,
                "the file has " + size + " bytes; up to " + Integer.MAX_VALUE + " are read")
            .at(name)
            .asException();
      }
      return new MappedFile(
          name, channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the file cannot be read").at(name).asException(e);
    }
  }
}
