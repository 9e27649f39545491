package io.facekit.core.torch;

import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The functions of TorchScript on lists and tuples. Their length is counted as work. */
final class ListMath {
  /** The names of the functions here, and of those on dictionaries, that tensors do not have. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "__getitem__",
          "_set_item",
          "append",
          "clear",
          "extend",
          "get",
          "insert",
          "items",
          "keys",
          "len",
          "list",
          "pop",
          "reverse",
          "values");

  private ListMath() {}

  /**
   * @param op without its namespace
   * @return empty if there is no such function of these values
   */
  static Optional<TorchValue> apply(
      String op, Items list, List<TorchValue> args, ProgramBuilder work) {
    work.step(list.items().size());
    Optional<TorchValue> result = read(op, list, args, work);
    return result.isPresent() || !(list.items() instanceof ArrayList)
        ? result
        : write(op, list.items(), args, work);
  }

  private static Optional<TorchValue> read(
      String op, Items list, List<TorchValue> args, ProgramBuilder work) {
    List<TorchValue> items = list.items();
    TorchValue second = args.size() > 1 ? args.get(1) : Unknown.UNKNOWN;
    return switch (op) {
      case "len" -> Optional.of(TorchValue.of(items.size()));
      case "list", "copy" -> Optional.of(listOf(items));
      case "slice" -> slice(list, args);
      case "__getitem__" -> index(second, items.size()).map(items::get);
      case "add" ->
          second instanceof Items other
              ? Optional.of(listOf(Stream.concat(items.stream(), other.items().stream()).toList()))
              : Optional.empty();
      case "mul" -> repeated(items, second, work);
      case "eq", "ne" ->
          second instanceof Items other
              ? compare(op, items, other.items(), work)
              : Optional.empty();
      case "__contains__" -> contains(items, second, work);
      case "sum", "min", "max" -> items.isEmpty() ? Optional.empty() : reduce(op, items, work);
      default -> Optional.empty();
    };
  }

  private static Optional<TorchValue> write(
      String op, List<TorchValue> items, List<TorchValue> args, ProgramBuilder work) {
    switch (op) {
      case "append" -> {
        if (args.size() == 2) {
          items.add(args.get(1));
          return Optional.of(args.get(0));
        }
      }
      case "extend", "add_" -> {
        if (args.size() == 2 && args.get(1) instanceof Items other) {
          work.step(other.items().size());
          items.addAll(List.copyOf(other.items()));
          return Optional.of(args.get(0));
        }
      }
      case "insert" -> {
        if (args.size() == 3 && integer(args.get(1)).isPresent()) {
          items.add(clamped(integer(args.get(1)).get(), items.size()), args.get(2));
          return Optional.of(args.get(0));
        }
      }
      case "pop" -> {
        TorchValue last = args.size() == 1 ? TorchValue.of(-1) : args.get(1);
        return index(last, items.size()).map(i -> items.remove((int) i));
      }
      case "_set_item" -> {
        if (args.size() == 3) {
          return index(args.get(1), items.size()).map(i -> items.set(i, args.get(2)));
        }
      }
      case "reverse" -> {
        Collections.reverse(items);
        return Optional.of(args.get(0));
      }
      case "clear" -> {
        items.clear();
        return Optional.of(args.get(0));
      }
      default -> {}
    }
    return Optional.empty();
  }

  private static TorchValue listOf(List<TorchValue> items) {
    return new Items(false, new ArrayList<>(items));
  }

  private static Optional<TorchValue> slice(Items list, List<TorchValue> args) {
    int size = list.items().size();
    Optional<Long> start = bound(args, 1, 0);
    Optional<Long> end = bound(args, 2, size);
    Optional<Long> step = bound(args, 3, 1);
    if (start.isEmpty() || end.isEmpty() || step.isEmpty() || step.get() <= 0) {
      return Optional.empty();
    }
    List<TorchValue> out = new ArrayList<>();
    for (long i = clamped(start.get(), size); i < clamped(end.get(), size); i += step.get()) {
      out.add(list.items().get((int) i));
      if (step.get() >= size) {
        break;
      }
    }
    return Optional.of(new Items(list.tuple(), out));
  }

  private static Optional<Long> bound(List<TorchValue> args, int at, long otherwise) {
    boolean absent =
        args.size() <= at || (args.get(at) instanceof Data d && d.arg() instanceof Arg.NoneArg);
    return absent ? Optional.of(otherwise) : integer(args.get(at));
  }

  /** A position between 0 and the size; counted from the end if negative. */
  private static int clamped(long index, int size) {
    return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
  }

  private static Optional<Integer> index(TorchValue value, int size) {
    return integer(value)
        .map(i -> i < 0 ? i + size : i)
        .filter(i -> i >= 0 && i < size)
        .map(Long::intValue);
  }

  private static Optional<Long> integer(TorchValue value) {
    return value instanceof Data d && d.arg() instanceof IntArg i
        ? Optional.of(i.value())
        : Optional.empty();
  }

  private static Optional<TorchValue> repeated(
      List<TorchValue> items, TorchValue times, ProgramBuilder work) {
    Optional<Long> count = integer(times).map(n -> Math.max(n, 0));
    if (count.isEmpty()) {
      return Optional.empty();
    }
    work.step(Math.multiplyExact(items.size(), count.get()));
    List<TorchValue> out = new ArrayList<>();
    for (long i = 0; i < count.get() && !items.isEmpty(); i++) {
      out.addAll(items);
    }
    return Optional.of(new Items(false, out));
  }

  private static Optional<TorchValue> compare(
      String op, List<TorchValue> a, List<TorchValue> b, ProgramBuilder work) {
    boolean equal = a.size() == b.size();
    boolean open = false;
    for (int i = 0; equal && i < a.size(); i++) {
      Optional<TorchValue> same = same(a.get(i), b.get(i), work);
      if (same.isEmpty()) {
        return same;
      }
      open |= !isFlag(same.get());
      equal = !isFlag(same.get()) || same.get().equals(TorchValue.of(true));
    }
    return Optional.of(equal && open ? Unknown.OF_BATCH : TorchValue.of(equal == op.equals("eq")));
  }

  /** Empty for lists of lists: they may contain themselves. */
  private static Optional<TorchValue> same(TorchValue a, TorchValue b, ProgramBuilder work) {
    return a instanceof Items || b instanceof Items
        ? Optional.empty()
        : Functions.apply("eq", List.of(a, b), work);
  }

  private static boolean isFlag(TorchValue value) {
    return value instanceof Data d && d.arg() instanceof Arg.BoolArg;
  }

  private static Optional<TorchValue> contains(
      List<TorchValue> items, TorchValue wanted, ProgramBuilder work) {
    boolean open = false;
    for (TorchValue item : items) {
      Optional<TorchValue> same = same(item, wanted, work);
      if (same.isEmpty() || same.get().equals(TorchValue.of(true))) {
        return same;
      }
      open |= !isFlag(same.get());
    }
    return Optional.of(open ? Unknown.OF_BATCH : TorchValue.of(false));
  }

  private static Optional<TorchValue> reduce(
      String op, List<TorchValue> items, ProgramBuilder work) {
    Optional<TorchValue> value = Optional.of(items.get(0));
    for (TorchValue item : items.subList(1, items.size())) {
      value =
          value.flatMap(
              v -> Functions.apply(op.equals("sum") ? "add" : op, List.of(v, item), work));
    }
    return value.filter(Functions::isScalar);
  }
}
