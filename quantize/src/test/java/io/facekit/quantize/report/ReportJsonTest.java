package io.facekit.quantize.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.facekit.quantize.report.Report.Agreement;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void everyReportFitsTheSchema() throws IOException {
    Schema schema = schema();
    for (Report report : List.of(DemoReport.passing(), DemoReport.failing(), DemoReport.bare())) {
      assertThat(schema.validate(ReportJson.write(report), InputFormat.JSON)).isEmpty();
    }
  }

  @Test
  void theSchemaRefusesWhatItDoesNotKnow() throws IOException {
    ObjectNode tree = (ObjectNode) MAPPER.readTree(ReportJson.write(DemoReport.bare()));
    tree.put("generatedAt", "now");
    ((ObjectNode) tree.get("model")).put("sha256", "short");
    List<Error> errors = schema().validate(tree.toString(), InputFormat.JSON);
    assertThat(errors).hasSize(2);
  }

  @Test
  void bytesDoNotDependOnLocaleOrRun() {
    String first = ReportJson.write(DemoReport.passing());
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(ReportJson.write(DemoReport.passing())).isEqualTo(first);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(first).endsWith("}\n").doesNotContain("\r").doesNotContain("null");
  }

  @Test
  void verdictAndRecipeStandInTheJson() throws IOException {
    JsonNode tree = MAPPER.readTree(ReportJson.write(DemoReport.failing()));
    assertThat(tree.get("schemaVersion").asText()).isEqualTo("1.0");
    assertThat(tree.get("verdict").asText()).isEqualTo("FAIL");
    assertThat(tree.at("/recipe/calibration/samples").asInt()).isEqualTo(512);
    assertThat(tree.at("/layers/0/applied").asText()).isEqualTo("FP16");
    assertThat(tree.at("/artifacts/0/latency").has("ratioToFp32")).isFalse();
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    Report bare = DemoReport.bare();
    Report broken =
        new Report(
            bare.schemaVersion(),
            bare.toolVersion(),
            bare.model(),
            bare.artifacts(),
            bare.gates(),
            bare.cosine(),
            bare.verification(),
            bare.layers(),
            bare.fusion(),
            bare.delegation(),
            bare.calibration(),
            List.of(new Agreement("a", "b", 1, Double.NaN, 1)),
            bare.recipe(),
            bare.warnings(),
            bare.reproduce());
    assertThatThrownBy(() -> ReportJson.write(broken)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Schema schema() throws IOException {
    try (InputStream in = Report.class.getResourceAsStream("report.schema.json")) {
      JsonNode node = MAPPER.readTree(Objects.requireNonNull(in));
      assertThat(node.get("$id").asText()).endsWith(":" + Report.SCHEMA_VERSION);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(node);
    }
  }
}
