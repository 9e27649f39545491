package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.facekit.quantize.report.ReportJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The schema that every report.json fits. */
final class ReportSchema {
  private ReportSchema() {}

  static void check(Path report) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReportJson.class.getResourceAsStream("report.schema.json"))) {
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                  .getSchema(new ObjectMapper().readTree(in))
                  .validate(Files.readString(report), InputFormat.JSON))
          .isEmpty();
    }
  }
}
