package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.InputSize;
import io.facekit.quantize.job.InspectRequest;
import io.facekit.quantize.job.InspectResult;
import io.facekit.quantize.recipe.PreprocessingJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    InspectRequest request = new InspectRequest(model, Optional.ofNullable(inputSize));
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
    text.field("kind", result.kind());
    result.producer().ifPresent(producer -> text.field("producer", producer));
    result.architecture().ifPresent(name -> text.field("architecture", name));
    result.preprocessing().ifPresent(contract -> text.field("preprocessing", contract.inWords()));
    result.inputs().forEach(input -> text.field("input", input));
    result.outputs().forEach(output -> text.field("output", output));
    text.field("parameters", String.format(Locale.ROOT, "%,d", result.parameters()));
    result.macs().ifPresent(macs -> text.field("MACs", String.format(Locale.ROOT, "%,d", macs)));
    if (!result.ops().isEmpty()) {
      text.field(
          "operators",
          result.ops().stream()
              .map(op -> op.op() + " " + op.count())
              .collect(Collectors.joining(", ")));
    }
    String count = Integer.toString(result.unsupported().size());
    text.field("unsupported", result.unsupported().isEmpty() ? "nothing" : count);
    for (Problem problem : result.unsupported()) {
      text.field("", problem.id().code() + ": " + problem.what());
      Stream.of(problem.found(), problem.at())
          .filter(s -> s != null && !s.isEmpty())
          .forEach(detail -> text.field("", "  " + detail));
    }
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
    strings(json, "inputs", result.inputs());
    strings(json, "outputs", result.outputs());
    json.writeNumberField("parameters", result.parameters());
    if (result.macs().isPresent()) {
      json.writeNumberField("macs", result.macs().getAsLong());
    }
    json.writeObjectFieldStart("operators");
    for (InspectResult.OpCount op : result.ops()) {
      json.writeNumberField(op.op(), op.count());
    }
    json.writeEndObject();
    Json.list(json, "unsupported", result.unsupported(), Json::problem);
  }

  @Override
  List<Problem> failures(InspectResult result) {
    return unsupported ? result.unsupported() : List.of();
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
