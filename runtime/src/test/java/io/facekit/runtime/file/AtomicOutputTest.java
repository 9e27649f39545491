package io.facekit.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicOutputTest {
  private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void verifiesBesideTheTargetBeforeItAppears() throws IOException {
    Path target = folder.resolve("face.v1.onnx");
    List<Path> verified = new ArrayList<>();
    AtomicOutput.write(
        target,
        NEW,
        false,
        temp -> {
          assertThat(target).doesNotExist();
          assertThat(temp).hasBinaryContent(NEW);
          verified.add(temp);
        });
    assertThat(target).hasBinaryContent(NEW);
    assertThat(verified).hasSize(1);
    assertThat(verified.get(0).getParent()).isEqualTo(folder);
    assertThat(verified.get(0).getFileName().toString())
        .matches("\\.face\\.v1\\.facekit-\\d+-[0-9a-f]{8}\\.tmp\\.onnx");
    assertThat(names()).containsExactly("face.v1.onnx");
  }

  @Test
  void makesTheFolders() {
    Path target = folder.resolve("new/er/face.onnx");
    AtomicOutput.check(List.of(target), false, List.of());
    assertThat(folder).isEmptyDirectory();
    AtomicOutput.write(target, NEW, false, temp -> {});
    assertThat(target).hasBinaryContent(NEW);
  }

  @Test
  void removesTheFoldersThatItMadeForNothing() throws IOException {
    Path old = Files.createDirectory(folder.resolve("old"));
    Path target = old.resolve("new/er/face.onnx");
    assertThatThrownBy(
            () ->
                AtomicOutput.write(
                    target,
                    NEW,
                    false,
                    temp -> {
                      throw new IllegalStateException("not what it should be");
                    }))
        .hasMessage("not what it should be");
    assertThat(old).isEmptyDirectory();
  }

  @Test
  void cannotMakeAFolderInAFile() throws IOException {
    Path file = Files.write(folder.resolve("file"), OLD);
    assertThatThrownBy(() -> AtomicOutput.check(List.of(file.resolve("new/x")), false, List.of()))
        .satisfies(e -> assertThat(ids(e)).containsExactly(ErrorId.OUTPUT_FAILED));
  }

  @Test
  void replacesOnlyWhenForced() throws IOException {
    Path target = Files.write(folder.resolve("face.onnx"), OLD);
    assertThatThrownBy(() -> AtomicOutput.write(target, NEW, false, temp -> {}))
        .satisfies(e -> assertThat(ids(e)).containsExactly(ErrorId.OUTPUT_EXISTS));
    assertThat(target).hasBinaryContent(OLD);
    AtomicOutput.write(target, NEW, true, temp -> {});
    assertThat(target).hasBinaryContent(NEW);
    assertThat(names()).containsExactly("face.onnx");
  }

  @Test
  void keepsTheOldFilesWhenOneOfTheNewFails() throws IOException {
    Path first = Files.write(folder.resolve("face.onnx"), OLD);
    Path second = folder.resolve("face.tflite");
    List<OutputFile> files =
        List.of(
            OutputFile.of(first, NEW),
            OutputFile.of(second, NEW)
                .verifiedBy(
                    temp -> {
                      throw Problem.of(ErrorId.VERIFY_FORMAT, "broken").asException();
                    }));
    assertThatThrownBy(() -> AtomicOutput.writeAll(files, true, List.of()))
        .satisfies(e -> assertThat(ids(e)).containsExactly(ErrorId.VERIFY_FORMAT));
    assertThat(first).hasBinaryContent(OLD);
    assertThat(names()).containsExactly("face.onnx");
  }

  @Test
  void keepsNothingOfAFileThatCannotBeFilled() throws IOException {
    OutputFile full =
        new OutputFile(
            folder.resolve("face.onnx"),
            file -> {
              Files.write(file, NEW);
              throw new IOException("No space left on device");
            },
            temp -> {});
    assertThatThrownBy(() -> AtomicOutput.writeAll(List.of(full), false, List.of()))
        .satisfies(
            e -> {
              assertThat(ids(e)).containsExactly(ErrorId.OUTPUT_FAILED);
              assertThat(((FacekitException) e).problems().get(0).found())
                  .isEqualTo("no space left on the device");
            });
    assertThat(names()).isEmpty();
  }

  @Test
  void neverReplacesAnInputWhateverPathLeadsToIt() throws IOException {
    Path input = Files.write(folder.resolve("model.onnx"), OLD);
    Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), input);
    Path detour = Files.createDirectory(folder.resolve("sub")).resolve("../model.onnx");
    for (Path target : List.of(input, link, detour)) {
      assertThatThrownBy(
              () ->
                  AtomicOutput.writeAll(List.of(OutputFile.of(target, NEW)), true, List.of(input)))
          .satisfies(e -> assertThat(ids(e)).containsExactly(ErrorId.OUTPUT_IS_INPUT));
    }
    assertThat(input).hasBinaryContent(OLD);
  }

  @Test
  void saysAllThatIsWrongBeforeTheWork() throws IOException {
    Path existing = Files.write(folder.resolve("face.onnx"), OLD);
    Path nowhere = folder.resolve("face.onnx/face.tflite");
    assertThatThrownBy(
            () -> AtomicOutput.check(List.of(existing, nowhere, folder), false, List.of()))
        .satisfies(
            e -> {
              assertThat(ids(e))
                  .containsExactly(
                      ErrorId.OUTPUT_FAILED, ErrorId.OUTPUT_EXISTS, ErrorId.OUTPUT_FAILED);
              assertThat(((FacekitException) e).problems().get(0).at())
                  .isEqualTo(existing.toString());
            });
  }

  @Test
  void letsOneWriterIn() throws IOException {
    Path target = folder.resolve("face.onnx");
    AtomicOutput.write(
        target,
        NEW,
        false,
        temp ->
            assertThatThrownBy(() -> AtomicOutput.write(target, OLD, true, other -> {}))
                .satisfies(e -> assertThat(ids(e)).containsExactly(ErrorId.OUTPUT_LOCKED)));
    assertThat(target).hasBinaryContent(NEW);
    assertThat(names()).containsExactly("face.onnx");
  }

  @Test
  void aLeftOverLockFileBlocksNobody() throws IOException {
    Files.write(folder.resolve(".face.onnx.facekit.lock"), OLD);
    AtomicOutput.write(folder.resolve("face.onnx"), NEW, false, temp -> {});
    assertThat(names()).containsExactly("face.onnx");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static List<ErrorId> ids(Throwable e) {
    return ((FacekitException) e).problems().stream().map(Problem::id).toList();
  }
}
