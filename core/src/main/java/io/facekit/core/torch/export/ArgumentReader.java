package io.facekit.core.torch.export;

import io.facekit.core.json.Json;
import io.facekit.core.torch.Arg;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns the arguments of a program's nodes into operands. */
final class ArgumentReader {
  private final Function<String, Arg> values;

  /**
   * @param values what a name stands for
   */
  ArgumentReader(Function<String, Arg> values) {
    this.values = values;
  }

  /** The operand; empty for what no operator of ATen takes, such as a graph. */
  Optional<Arg> read(Json argument) {
    Map.Entry<String, Json> choice = argument.choice();
    Json value = choice.getValue();
    return Optional.ofNullable(
        switch (choice.getKey()) {
          case "as_none" -> Arg.NoneArg.NONE;
          case "as_tensor" -> tensor(value);
          case "as_optional_tensor" -> orNone(value);
          case "as_int" -> integer(value);
          case "as_float" -> real(value);
          case "as_bool" -> bool(value);
          case "as_string" -> new Arg.StrArg(value.text());
          case "as_sym_int" -> symbol(value, "as_int", ArgumentReader::integer);
          case "as_sym_float" -> symbol(value, "as_float", ArgumentReader::real);
          case "as_sym_bool" -> symbol(value, "as_bool", ArgumentReader::bool);
          case "as_tensors" -> list(value, this::tensor);
          case "as_optional_tensors" -> list(value, this::orNone);
          case "as_ints" -> list(value, ArgumentReader::integer);
          case "as_floats" -> list(value, ArgumentReader::real);
          case "as_bools" -> list(value, ArgumentReader::bool);
          case "as_sym_ints" -> list(value, v -> symbol(v, "as_int", ArgumentReader::integer));
          case "as_sym_floats" -> list(value, v -> symbol(v, "as_float", ArgumentReader::real));
          case "as_sym_bools" -> list(value, v -> symbol(v, "as_bool", ArgumentReader::bool));
          case "as_scalar_type" -> new Arg.IntArg(SchemaCodes.scalarTypeArgument(value.whole()));
          case "as_layout" -> new Arg.IntArg(SchemaCodes.layoutArgument(value.whole()));
          case "as_memory_format" ->
              new Arg.IntArg(SchemaCodes.memoryFormatArgument(value.whole()));
          case "as_device" -> new Arg.StrArg(value.get("type").text());
          default -> null;
        });
  }

  private Arg tensor(Json value) {
    return values.apply(value.get("name").text());
  }

  private Arg orNone(Json value) {
    Map.Entry<String, Json> choice = value.choice();
    return choice.getKey().equals("as_none") ? Arg.NoneArg.NONE : tensor(value.get("as_tensor"));
  }

  private Arg symbol(Json value, String known, Function<Json, Arg> read) {
    Map.Entry<String, Json> choice = value.choice();
    return choice.getKey().equals("as_name")
        ? values.apply(choice.getValue().text())
        : read.apply(value.get(known));
  }

  private static Arg integer(Json value) {
    return new Arg.IntArg(value.whole());
  }

  private static Arg real(Json value) {
    return new Arg.FloatArg(value.number());
  }

  private static Arg bool(Json value) {
    return new Arg.BoolArg(value.flag());
  }

  private static Arg list(Json value, Function<Json, Arg> read) {
    return new Arg.ListArg(List.copyOf(value.items().stream().map(read).toList()));
  }
}
