package io.facekit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one JSON object that {@code --json} puts on stdout. */
final class Json {
  private Json() {}

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** Prints an object of {@code fields}, followed by {@code error} and {@code problems} if any. */
  static void print(PrintStream out, Fields fields, List<Problem> problems) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));
      json.writeStartObject();
      fields.write(json);
      if (!problems.isEmpty()) {
        json.writeObjectFieldStart("error");
        problem(json, problems.get(0));
        json.writeEndObject();
        list(json, "problems", problems, Json::problem);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
  }

  /** Writes the fields of one element. */
  @FunctionalInterface
  interface Element<T> {
    void write(JsonGenerator json, T element) throws IOException;
  }

  static <T> void list(JsonGenerator json, String name, List<T> list, Element<T> fields)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (T element : list) {
      json.writeStartObject();
      fields.write(json, element);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void optional(JsonGenerator json, String name, @Nullable Object value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value.toString());
    }
  }

  static void problem(JsonGenerator json, Problem problem) throws IOException {
    json.writeStringField("id", problem.id().code());
    json.writeNumberField("exit", problem.id().exit().code());
    json.writeStringField("message", problem.what());
    optional(json, "at", problem.at());
    optional(json, "found", problem.found());
    optional(json, "hint", problem.hint());
    json.writeStringField("docs", ProblemText.docs(problem));
  }
}
