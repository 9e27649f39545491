package io.facekit.quantize.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * Writes a {@link Report} as one HTML page that needs no network, no script and no other file. The
 * templates are in {@code src/main/jte}, compiled with the module; every value is escaped.
 */
public final class ReportHtml {
  private static final TemplateEngine ENGINE = engine();

  private ReportHtml() {}

  /** The page, to be stored as UTF-8. */
  public static String write(Report report) {
    return render("report.jte", report);
  }

  /** The page of a plan, to be stored as UTF-8. */
  public static String write(PlanReport report) {
    return render("plan.jte", report);
  }

  private static String render(String template, Object report) {
    String css = resource("report.css");
    StringOutput page = new StringOutput();
    ENGINE.render(
        template, Map.of("report", report, "css", css, "cssHash", "sha256-" + sha256(css)), page);
    return page.toString();
  }

  private static TemplateEngine engine() {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null,
            ContentType.Html,
            ReportHtml.class.getClassLoader(),
            ReportHtml.class.getPackageName());
    engine.setTrimControlStructures(true);
    return engine;
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportHtml.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
