package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** The text of docs/errors.md. */
final class ErrorCatalogue {
  private ErrorCatalogue() {}

  static List<ErrorId> withoutAdvice() throws IOException {
    Properties advice = advice();
    return Arrays.stream(ErrorId.values()).filter(id -> !advice.containsKey(id.code())).toList();
  }

  static List<Object> adviceWithoutId() throws IOException {
    List<String> codes = Arrays.stream(ErrorId.values()).map(ErrorId::code).toList();
    return advice().keySet().stream().filter(code -> !codes.contains(code)).toList();
  }

  static String markdown() throws IOException {
    Properties advice = advice();
    StringBuilder text =
        new StringBuilder(
            """
            # Errors

            Generated from `ErrorId` and `ExitCode`; a test keeps it so. Ids and exit codes are stable.

            ## Exit codes

            | code | meaning |
            |---|---|
            """);
    for (ExitCode exit : ExitCode.values()) {
      text.append("| ").append(exit.code()).append(" | ").append(exit.meaning()).append(" |\n");
    }
    for (ErrorId id : ErrorId.values()) {
      text.append("\n## ").append(id.code()).append("\n\n");
      text.append("**").append(id.title()).append("** · exit code ").append(id.exit().code());
      text.append("\n\n").append(advice.getProperty(id.code(), "")).append('\n');
    }
    return text.toString();
  }

  private static Properties advice() throws IOException {
    try (InputStream in = ErrorCatalogue.class.getResourceAsStream("error-advice.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in));
      return properties;
    }
  }
}
