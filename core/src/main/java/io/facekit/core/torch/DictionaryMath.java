package io.facekit.core.torch;

import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Dictionary;
import io.facekit.core.torch.TorchValue.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The functions of TorchScript on dictionaries. Their size is counted as work. */
final class DictionaryMath {
  private DictionaryMath() {}

  /**
   * @param op without its namespace
   * @return empty if there is no such function of these values, or no such key
   */
  static Optional<TorchValue> apply(
      String op, Dictionary dictionary, List<TorchValue> args, ProgramBuilder work) {
    Map<Arg, TorchValue> entries = dictionary.entries();
    work.step(entries.size());
    switch (op) {
      case "len" -> {
        return Optional.of(TorchValue.of(entries.size()));
      }
      case "keys" -> {
        return list(entries.keySet().stream().map(TorchValue::of).toList());
      }
      case "values" -> {
        return list(List.copyOf(entries.values()));
      }
      case "items" -> {
        return list(
            entries.entrySet().stream()
                .<TorchValue>map(
                    e -> new Items(true, List.of(TorchValue.of(e.getKey()), e.getValue())))
                .toList());
      }
      default -> {}
    }
    @Nullable Arg key = args.size() > 1 ? key(args.get(1)) : null;
    if (key == null) {
      return Optional.empty();
    }
    return switch (op) {
      case "__contains__" -> Optional.of(TorchValue.of(entries.containsKey(key)));
      case "__getitem__" -> Optional.ofNullable(entries.get(key));
      case "get" ->
          Optional.of(
              entries.getOrDefault(
                  key, args.size() > 2 ? args.get(2) : TorchValue.of(Arg.NoneArg.NONE)));
      case "_set_item" -> {
        if (args.size() != 3) {
          yield Optional.empty();
        }
        entries.put(key, args.get(2));
        yield Optional.of(TorchValue.of(Arg.NoneArg.NONE));
      }
      default -> Optional.empty();
    };
  }

  /** What can be a key, or null. */
  static @Nullable Arg key(TorchValue value) {
    return value instanceof Data d && ScalarMath.isScalar(d.arg()) ? d.arg() : null;
  }

  private static Optional<TorchValue> list(List<TorchValue> items) {
    return Optional.of(new Items(false, new ArrayList<>(items)));
  }
}
