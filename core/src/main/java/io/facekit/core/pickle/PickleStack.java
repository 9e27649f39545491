package io.facekit.core.pickle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operand stack, marks and memo, each with a limit. */
final class PickleStack {
  private static final int DEEPEST = 1_000_000;
  private static final int MOST_MARKS = 1_000;
  private static final int LARGEST_MEMO = 1_000_000;

  private final PickleCursor cursor;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();

  PickleStack(PickleCursor cursor) {
    this.cursor = cursor;
  }

  void push(PickleValue value) {
    if (stack.size() >= DEEPEST) {
      throw cursor.limit("more than " + DEEPEST + " values on the stack");
    }
    stack.add(value);
  }

  PickleValue pop() {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() <= floor) {
      throw cursor.malformed("the stack is empty");
    }
    return stack.remove(stack.size() - 1);
  }

  PickleValue top() {
    PickleValue value = pop();
    stack.add(value);
    return value;
  }

  void mark() {
    if (marks.size() >= MOST_MARKS) {
      throw cursor.limit("more than " + MOST_MARKS + " nested marks");
    }
    marks.add(stack.size());
  }

  /** Everything above the last mark, which is removed. */
  List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw cursor.malformed("there is no mark");
    }
    List<PickleValue> above = stack.subList(marks.remove(marks.size() - 1), stack.size());
    List<PickleValue> copy = new ArrayList<>(above);
    above.clear();
    return copy;
  }

  void memoize(int key) {
    if (memo.size() >= LARGEST_MEMO) {
      throw cursor.limit("more than " + LARGEST_MEMO + " values in the memo");
    }
    memo.put(key, top());
  }

  void memoizeNext() {
    memoize(memo.size());
  }

  void recall(int key) {
    @Nullable PickleValue value = memo.get(key);
    if (value == null) {
      throw cursor.malformed("the memo has no value " + key);
    }
    push(value);
  }

  /** The one value that is left at the end. */
  PickleValue result() {
    PickleValue value = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw cursor.malformed(stack.size() + " values too many at the end of the pickle");
    }
    return value;
  }
}
