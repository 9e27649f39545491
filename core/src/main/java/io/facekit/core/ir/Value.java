package io.facekit.core.ir;

import io.facekit.core.tensor.TensorData;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tensor in a graph: an input, a constant, or the output of one node. Identity is equality. */
public final class Value {
  private final String name;
  private final TensorType type;
  private final @Nullable TensorData data;
  @Nullable Node producer;

  Value(String name, TensorType type, @Nullable TensorData data) {
    this.name = name;
    this.type = type;
    this.data = data;
  }

  public String name() {
    return name;
  }

  public TensorType type() {
    return type;
  }

  public boolean isConstant() {
    return data != null;
  }

  /** The contents of a constant. */
  public TensorData data() {
    return Objects.requireNonNull(data, () -> "value '" + name + "' is not a constant");
  }

  /** The node that computes this value; null for inputs and constants. */
  public @Nullable Node producer() {
    return producer;
  }

  @Override
  public String toString() {
    return name + ": " + type;
  }
}
