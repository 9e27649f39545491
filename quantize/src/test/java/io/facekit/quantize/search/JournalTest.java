package io.facekit.quantize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final double FIGURE = 0.1 + 0.2;

  @TempDir Path folder;

  private Path written() {
    Path file = folder.resolve("new/plan.journal");
    try (Journal journal = Journal.open(file, "model a")) {
      assertThat(journal.resumed()).isZero();
      assertThat(journal.get("one", () -> FIGURE)).isEqualTo(FIGURE);
      assertThat(journal.get("two", () -> 2)).isEqualTo(2);
      assertThat(journal.get("one", JournalTest::again)).isEqualTo(FIGURE);
    }
    return file;
  }

  private static double again() {
    throw new AssertionError("measured again");
  }

  @Test
  void keepsFiguresToTheLastDigit() {
    try (Journal journal = Journal.open(written(), "model a")) {
      assertThat(journal.resumed()).isEqualTo(2);
      assertThat(journal.get("one", JournalTest::again)).isEqualTo(FIGURE);
      assertThat(journal.get("two", JournalTest::again)).isEqualTo(2);
    }
  }

  @Test
  void cutsATornLineOffAtAnyByte() throws IOException {
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    List<String> lines = Files.readAllLines(file);
    int header = lines.get(0).length() + 1;
    for (int length = header; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      int complete = 0;
      for (int i = header; i < length; i++) {
        complete += whole[i] == '\n' ? 1 : 0;
      }
      try (Journal journal = Journal.open(file, "model a")) {
        assertThat(journal.resumed()).as("%d bytes", length).isEqualTo(complete);
        journal.get("one", () -> FIGURE);
        journal.get("two", () -> 2);
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"of\":\"three\"}",
        "{\"of\":3,\"value\":1}",
        "{\"value\":1}",
        "null",
        "[]",
        "{",
        "",
        "\u0000\u0001"
      })
  void dropsADamagedLineAndWhatFollows(String line) throws IOException {
    Path file = written();
    String before = Files.readString(file);
    Files.writeString(file, line + "\n{\"of\":\"four\",\"value\":4}\n", StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(file, "model a")) {
      assertThat(journal.resumed()).isEqualTo(2);
    }
    assertThat(file).hasContent(before);
  }

  @Test
  void beginsAnewForAnotherSubject() throws IOException {
    Path file = written();
    try (Journal journal = Journal.open(file, "model b")) {
      assertThat(journal.resumed()).isZero();
      assertThat(journal.get("one", () -> 1)).isEqualTo(1);
    }
    assertThat(Files.readAllLines(file))
        .containsExactly("{\"journal\":\"model b\"}", "{\"of\":\"one\",\"value\":1.0}");
  }

  @Test
  void belongsToOneAtATime() {
    Path file = written();
    try (Journal journal = Journal.open(file, "model a")) {
      assertThatThrownBy(() -> Journal.open(file, "model a"))
          .isInstanceOfSatisfying(
              FacekitException.class,
              e -> assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.OUTPUT_LOCKED));
      journal.remove();
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesALink() throws IOException {
    Path file = written();
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThatThrownBy(() -> Journal.open(link, "model b"))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.OUTPUT_FAILED));
    assertThat(Files.readString(file)).contains("model a");
  }
}
