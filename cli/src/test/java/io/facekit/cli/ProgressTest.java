package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong clock = new AtomicLong();

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesTellStagesAndTheirTime() {
    try (LineProgress progress = new LineProgress(err, Style.PLAIN, false, true, clock::get)) {
      progress.stage("calibrate", 2);
      progress.step();
      progress.step();
      clock.addAndGet(1_500_000_000L);
      progress.stage("emit", 0);
    }
    assertThat(text())
        .isEqualTo("calibrate (2)\n  calibrate: 1.50 s, 2 steps\nemit\n  emit: 0.00 s\n");
  }

  @Test
  void messagesCannotMoveTheCursor() {
    try (LineProgress progress = new LineProgress(err, Style.PLAIN, false, false, clock::get)) {
      progress.message("a\u001b[2Jb");
    }
    assertThat(text()).isEqualTo("a\\u001b[2Jb\n");
  }

  @Test
  void barsErasedBehindThem() {
    LineProgress lines = new LineProgress(err, Style.PLAIN, false, false, clock::get);
    try (BarProgress progress = new BarProgress(err, lines)) {
      progress.stage("calibrate", 2);
      progress.step();
      progress.message("halfway");
      progress.step();
    }
    assertThat(text()).contains("calibrate").contains("\r\u001b[Khalfway\n");
    assertThat(text()).endsWith("\r\u001b[K").containsOnlyOnce("\n");
  }
}
