package io.facekit.quantize.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportHtmlTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?i)(https?:|//\\w|src=|url\\(|@import|<script|<link|<iframe|\\son\\w+=\")");

  @Test
  void thePageNeedsNothingButItself() throws IOException {
    for (Report report : new Report[] {DemoReport.passing(), DemoReport.failing()}) {
      String html = ReportHtml.write(report);
      Files.writeString(Path.of("target", DemoReport.file(report)), html);
      assertThat(html).doesNotContainPattern(REFERENCE).contains("default-src 'none'");
    }
  }

  @Test
  void theVerdictComesFirstInWords() {
    String pass = ReportHtml.write(DemoReport.passing());
    assertThat(pass).contains(">PASS</span>", "All 10 gates hold.", "times smaller");
    String fail = ReportHtml.write(DemoReport.failing());
    assertThat(fail).contains(">FAIL</span>", "2 of 10 gates failed.");
    assertThat(fail.indexOf("FAIL")).isLessThan(fail.indexOf("id=\"artifacts\""));
  }

  @Test
  void everySectionIsThereInOrder() {
    String html = ReportHtml.write(DemoReport.passing());
    int at = 0;
    for (String id :
        new String[] {
          "artifacts",
          "drift",
          "verification",
          "layers",
          "fusion",
          "calibration",
          "agreement",
          "reproduce"
        }) {
      int next = html.indexOf("<section id=\"" + id + "\"");
      assertThat(next).as(id).isGreaterThan(at);
      at = next;
    }
  }

  @Test
  void aReportWithoutFiguresSaysSo() {
    String html = ReportHtml.write(DemoReport.bare());
    assertThat(html)
        .contains("MEASURED", "no gates", "No embeddings were compared", "Nothing was calibrated")
        .doesNotContain("<svg");
  }

  @Test
  void hostileNamesAreText() {
    String hostile = "<script>alert(\"1\")</script>' onload=\"x\u0000\u202e&.pt";
    String html = ReportHtml.write(DemoReport.report(hostile, 0.98));
    assertThat(html)
        .doesNotContain("<script")
        .doesNotContain("\" onload=\"")
        .contains("&lt;script&gt;");
  }

  @Test
  void hostileLayerNamesAreTextInsideThePictureToo() {
    Svg svg = new Svg("c", 1, 1, "\"><script>").bar("b", 0, 0, 1, 1, "</title><script>&'");
    assertThat(svg.toString()).doesNotContain("<script").contains("&lt;/title&gt;&lt;script&gt;");
  }

  @Test
  void figuresDoNotDependOnTheLocale() {
    String english = ReportHtml.write(DemoReport.passing());
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(ReportHtml.write(DemoReport.passing())).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
  }
}
