package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/** What the import of an op can do, whatever the format it reads. */
public interface ImportCall {
  /** The batch size that is written into the model; 1 if the file does not say. */
  long tracedBatch();

  /** Adds the node of this call, named by its layer. */
  Value node(Op op, List<Value> inputs);

  /** A constant named after this call. */
  Value constant(String suffix, TensorData data);

  /** Something that was changed on the way and that the user is told. */
  void note(String text);

  /** The error that says that this form of the operator is not supported. */
  RuntimeException unsupported(String what);
}
