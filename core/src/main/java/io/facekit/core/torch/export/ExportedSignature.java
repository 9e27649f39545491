package io.facekit.core.torch.export;

import io.facekit.core.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the inputs and outputs of a program's graph are.
 *
 * @param users names of the tensors that forward takes
 * @param weights name in the graph, and name of the parameter, buffer or constant
 * @param outputs what forward returns
 * @param unsupported inputs and outputs of other kinds, in words
 */
record ExportedSignature(
    List<String> users, Map<String, String> weights, List<Json> outputs, List<String> unsupported) {

  static ExportedSignature read(Json signature) {
    List<String> users = new ArrayList<>();
    Map<String, String> weights = new LinkedHashMap<>();
    List<String> unsupported = new ArrayList<>();
    for (Json spec : signature.get("input_specs").items()) {
      Map.Entry<String, Json> choice = spec.choice();
      Json value = choice.getValue();
      switch (choice.getKey()) {
        case "user_input" -> user(value.get("arg").choice(), users, unsupported);
        case "parameter" -> weights.put(name(value), value.get("parameter_name").text());
        case "buffer" -> weights.put(name(value), value.get("buffer_name").text());
        case "tensor_constant" ->
            weights.put(name(value), value.get("tensor_constant_name").text());
        case "constant_input" -> {
          // A number or None that was an argument at the time of export: it is in the graph.
        }
        default -> unsupported.add("an input that is a " + choice.getKey());
      }
    }
    List<Json> outputs = new ArrayList<>();
    for (Json spec : signature.get("output_specs").items()) {
      Map.Entry<String, Json> choice = spec.choice();
      if (choice.getKey().equals("user_output")) {
        outputs.add(choice.getValue().get("arg"));
      } else {
        unsupported.add("an output that is a " + choice.getKey());
      }
    }
    return new ExportedSignature(users, weights, outputs, unsupported);
  }

  private static void user(
      Map.Entry<String, Json> arg, List<String> users, List<String> unsupported) {
    switch (arg.getKey()) {
      case "as_tensor" -> users.add(arg.getValue().get("name").text());
      case "as_none", "as_int", "as_float", "as_bool", "as_string" -> {
        // Fixed at the time of export.
      }
      default -> unsupported.add("an input that is no tensor (" + arg.getKey() + ")");
    }
  }

  private static String name(Json spec) {
    return spec.get("arg").get("name").text();
  }
}
