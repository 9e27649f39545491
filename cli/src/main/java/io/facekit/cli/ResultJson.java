package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.quantize.job.Artifact;
import io.facekit.quantize.job.Check;
import io.facekit.quantize.job.Figure;
import java.io.IOException;

/** The parts that results of several verbs share, as JSON. */
final class ResultJson {
  private ResultJson() {}

  static void artifact(JsonGenerator json, Artifact artifact) throws IOException {
    json.writeStringField("file", artifact.file().toString());
    json.writeNumberField("sizeBytes", artifact.sizeBytes());
    json.writeStringField("sha256", artifact.sha256());
  }

  static void check(JsonGenerator json, Check check) throws IOException {
    json.writeStringField("name", check.name());
    json.writeBooleanField("passed", check.passed());
    json.writeStringField("outcome", check.outcome());
  }

  static void figure(JsonGenerator json, Figure figure) throws IOException {
    json.writeStringField("name", figure.name());
    if (Double.isFinite(figure.value())) {
      json.writeNumberField("value", figure.value());
    } else {
      json.writeNullField("value");
    }
    json.writeStringField("text", figure.text());
  }
}
