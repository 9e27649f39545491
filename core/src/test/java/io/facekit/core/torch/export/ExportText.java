package io.facekit.core.torch.export;

import io.facekit.core.torch.PickleBytes;
import io.facekit.core.torch.TestArchive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A small exported program: {@code y = relu(conv2d(x, w))} with a weight {@code [2, 3, 1, 1]}, as
 * text that tests change.
 */
final class ExportText {
  static final String FREE_BATCH =
      "{\"as_expr\":{\"expr_str\":\"Symbol('s0')\",\"hint\":{\"as_int\":2}}}";

  final List<String> nodes = new ArrayList<>();
  String inputSpecs = parameter("p_w", "conv.weight") + "," + user("x");
  String outputSpecs = output("y");
  String sizes = FREE_BATCH + ", {\"as_int\":3}, {\"as_int\":4}, {\"as_int\":5}";
  int inputType = 7;
  int weightType = 7;
  int offset;
  String strides = "3,1,1,1";
  boolean pickled;
  String schema = "{\"major\":8,\"minor\":20}";

  static ExportText small() {
    ExportText text = new ExportText();
    text.node("conv2d.default", "c", "conv", in("input", t("x")), in("weight", t("p_w")));
    text.node("relu.default", "y", "", in("self", t("c")));
    return text;
  }

  static String t(String name) {
    return "{\"as_tensor\":{\"name\":\"" + name + "\"}}";
  }

  static String in(String name, String arg) {
    return "{\"name\":\"" + name + "\",\"arg\":" + arg + ",\"kind\":1}";
  }

  static String named(String name, String arg) {
    return in(name, arg).replace("\"kind\":1", "\"kind\":2");
  }

  static String parameter(String graphName, String name) {
    return "{\"parameter\":{\"arg\":{\"name\":\""
        + graphName
        + "\"},\"parameter_name\":\""
        + name
        + "\"}}";
  }

  static String user(String name) {
    return "{\"user_input\":{\"arg\":" + t(name) + "}}";
  }

  static String output(String name) {
    return "{\"user_output\":{\"arg\":" + t(name) + "}}";
  }

  ExportText node(String op, String output, String scope, String... inputs) {
    return raw("torch.ops.aten." + op, t(output), scope, inputs);
  }

  ExportText raw(String target, String outputs, String scope, String... inputs) {
    String path = "L__self__,,net.Net;" + (scope.isEmpty() ? "" : "L__self__x," + scope + ",net.C");
    nodes.add(
        "{\"target\":\""
            + target
            + "\",\"inputs\":["
            + String.join(",", inputs)
            + "],\"outputs\":["
            + outputs
            + "],\"metadata\":{\"nn_module_stack\":\""
            + path.replaceFirst(";$", "")
            + "\"},\"name\":\"n"
            + nodes.size()
            + "\"}");
    return this;
  }

  byte[] program() {
    return ("{\"graph_module\":{\"graph\":{\"nodes\":["
            + nodes.stream().collect(Collectors.joining(","))
            + "],\"tensor_values\":{\"x\":{\"dtype\":"
            + inputType
            + ",\"sizes\":["
            + sizes
            + "]}}},\"signature\":{\"input_specs\":["
            + inputSpecs
            + "],\"output_specs\":["
            + outputSpecs
            + "]}},\"schema_version\":"
            + schema
            + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** As PyTorch writes it since 2.9. */
  TestArchive archive() {
    String meta =
        "{\"dtype\":"
            + weightType
            + ",\"sizes\":[{\"as_int\":2},{\"as_int\":3},{\"as_int\":1},{\"as_int\":1}],\"strides\":["
            + List.of(strides.split(",")).stream()
                .map(s -> "{\"as_int\":" + s + "}")
                .collect(Collectors.joining(","))
            + "],\"storage_offset\":{\"as_int\":"
            + offset
            + "},\"layout\":7}";
    String config =
        "{\"config\":{\"conv.weight\":{\"path_name\":\"weight_0\",\"is_param\":true,\"use_pickle\":"
            + pickled
            + ",\"tensor_meta\":"
            + meta
            + "}}}";
    return new TestArchive()
        .put("data/weights/weight_0", TestArchive.floats(1, 2, 3, 4, 5, 6))
        .put("data/weights/model_weights_config.json", config.getBytes(StandardCharsets.UTF_8))
        .put("models/model.json", program())
        .put("archive_format", "pt2".getBytes(StandardCharsets.UTF_8))
        .put("byteorder", "little".getBytes(StandardCharsets.UTF_8));
  }

  /** As PyTorch 2.8 wrote it. */
  TestArchive archive28() {
    return new TestArchive()
        .put("data/weights/model.pt", stateDict())
        .put("models/model.json", program())
        .put("archive_format", "pt2".getBytes(StandardCharsets.UTF_8));
  }

  /** As PyTorch wrote it before 2.8. */
  TestArchive archive27() {
    return new TestArchive()
        .putFlat("serialized_exported_program.json", program())
        .putFlat("serialized_state_dict.pt", stateDict())
        .putFlat("serialized_constants.pt", new byte[0])
        .putFlat("version", "8.2".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] stateDict() {
    byte[] pickle =
        PickleBytes.start()
            .op('}')
            .op('(')
            .string("conv.weight")
            .tensor("FloatStorage", "0", 6, 0, new long[] {2, 3, 1, 1}, new long[] {3, 1, 1, 1})
            .op('u')
            .end();
    return new TestArchive()
        .put("data.pkl", pickle)
        .put("data/0", TestArchive.floats(1, 2, 3, 4, 5, 6))
        .put("version", "3".getBytes(StandardCharsets.UTF_8))
        .bytes();
  }
}
