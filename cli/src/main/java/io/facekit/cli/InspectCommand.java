package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.Delegation;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.InputSize;
import io.facekit.quantize.job.InspectRequest;
import io.facekit.quantize.job.InspectResult;
import io.facekit.quantize.recipe.PreprocessingJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = {
      "Says what a model file holds, and everything that keeps it from being exported.",
      "Nothing in the file is executed."
    },
    footer = {
      "  facekit inspect mobilefacenet.pt",
      "  facekit inspect mobilefacenet.pt --layers",
      "  facekit inspect mobilefacenet.pt --unsupported"
    })
final class InspectCommand extends Verb<InspectResult> {
  @Parameters(paramLabel = "MODEL", description = "A PyTorch, ONNX or TFLite file.")
  private Path model = Path.of("");

  @Option(
      names = "--unsupported",
      description = "Only what cannot be exported; exit code 4 if there is anything.")
  private boolean unsupported;

  @Option(
      names = "--layers",
      description = "Also every layer with weights: its name, operator, output and cost.")
  private boolean layers;

  @Option(
      names = "--graph",
      description = "Also the whole graph as text, one line per node, with types and precision.")
  private boolean graph;

  @Option(
      names = "--input-size",
      paramLabel = "HxW",
      converter = InputSizeConverter.class,
      description = "Size of the input images, if the model does not tell it.")
  private @Nullable InputSize inputSize;

  InspectCommand(Session session) {
    super(session);
  }

  @Override
  InspectResult run(Session session, Progress progress) {
    InspectRequest request = new InspectRequest(model, Optional.ofNullable(inputSize), graph);
    return session.jobs().inspect(request, progress);
  }

  @Override
  void print(InspectResult result, ResultText text) {
    if (unsupported) {
      if (result.unsupported().isEmpty()) {
        text.field("unsupported", "nothing");
      }
      return;
    }
    InspectText.print(result, layers, text);
  }

  @Override
  void print(InspectResult result, JsonGenerator json) throws IOException {
    json.writeStringField("kind", result.kind());
    Json.optional(json, "producer", result.producer().orElse(null));
    Json.optional(json, "architecture", result.architecture().orElse(null));
    if (result.preprocessing().isPresent()) {
      json.writeFieldName("preprocessing");
      PreprocessingJson.write(result.preprocessing().get(), json);
    }
    if (result.batch().isPresent()) {
      batch(json, result.batch().get());
    }
    strings(json, "inputs", result.inputs());
    strings(json, "outputs", result.outputs());
    json.writeNumberField("nodes", result.nodes());
    json.writeNumberField("layerCount", result.layers().size());
    if (result.parameters() > 0) {
      json.writeNumberField("parameters", result.parameters());
    }
    Json.list(
        json,
        "weights",
        result.weights(),
        (out, stored) -> {
          out.writeStringField("type", stored.type());
          out.writeNumberField("elements", stored.elements());
          out.writeNumberField("bytes", stored.bytes());
        });
    number(json, "macs", result.macs());
    json.writeObjectFieldStart("operators");
    for (InspectResult.OpCount op : result.ops()) {
      json.writeNumberField(op.op(), op.count());
    }
    json.writeEndObject();
    if (layers) {
      Json.list(json, "layers", result.layers(), InspectCommand::layer);
    }
    if (graph) {
      strings(json, "graph", result.graph());
    }
    if (!result.delegations().isEmpty()) {
      Json.list(json, "delegates", result.delegations(), InspectCommand::delegation);
    }
    Json.list(json, "unsupported", result.unsupported(), Json::problem);
  }

  @Override
  List<Problem> failures(InspectResult result) {
    return unsupported ? result.unsupported() : List.of();
  }

  private static void batch(JsonGenerator json, InspectResult.Batch batch) throws IOException {
    json.writeObjectFieldStart("batch");
    json.writeBooleanField("dynamic", batch.fixed().isEmpty());
    number(json, "fixed", batch.fixed());
    number(json, "traced", batch.traced());
    json.writeEndObject();
  }

  private static void layer(JsonGenerator json, InspectResult.Layer layer) throws IOException {
    json.writeStringField("name", layer.name());
    json.writeStringField("op", layer.op());
    Json.optional(json, "output", layer.output().orElse(null));
    json.writeNumberField("parameters", layer.parameters());
    number(json, "macs", layer.macs());
  }

  private static void delegation(JsonGenerator json, Delegation d) throws IOException {
    json.writeStringField("delegate", d.delegate().id());
    json.writeNumberField("operators", d.verdicts().size());
    json.writeNumberField("taken", d.taken());
    json.writeNumberField("partitions", d.partitions());
    Json.list(
        json,
        "left",
        d.verdicts().stream().filter(v -> !v.isTaken()).toList(),
        (out, v) -> {
          out.writeStringField("op", v.operator());
          out.writeStringField("output", v.output());
          out.writeStringField("rule", String.valueOf(v.refusal()));
        });
  }

  private static void number(JsonGenerator json, String name, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsLong());
    }
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
