package io.facekit.runtime.worker;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.util.Pair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** A TorchScript model in libtorch, through DJL. */
final class TorchModel implements AutoCloseable {
  private static final String ENGINE = "PyTorch";

  private final Model model;
  private final Predictor<NDList, NDList> predictor;
  private final DataType inputType;

  private TorchModel(Model model, ElementType input) {
    this.model = model;
    this.predictor = model.newPredictor(new NoopTranslator(null));
    this.inputType =
        switch (input) {
          case OF_PARAMETERS -> isHalf(model) ? DataType.FLOAT16 : DataType.FLOAT32;
          case FLOAT32 -> DataType.FLOAT32;
          case FLOAT16 -> DataType.FLOAT16;
          case UINT8 -> DataType.UINT8;
        };
  }

  /**
   * @return libtorch with its version
   */
  static String loadEngine() {
    Engine engine = Engine.getEngine(ENGINE);
    return "libtorch " + engine.getVersion();
  }

  static TorchModel load(byte[] file, ElementType input)
      throws IOException, MalformedModelException {
    Model model = Model.newInstance("model", Device.cpu(), ENGINE);
    try {
      // From a stream: DJL walks the folder of a model that it loads from a path.
      model.load(new ByteArrayInputStream(file), Map.of("mapLocation", "true"));
      return new TorchModel(model, input);
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * @param all whether all outputs are wanted, those of an image one after another, or the first
   */
  Frame run(long[] shape, float[] values, boolean all) throws TranslateException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
      NDArray input = manager.create(values, new Shape(shape));
      if (inputType != DataType.FLOAT32) {
        input = (inputType == DataType.UINT8 ? input.round() : input).toType(inputType, false);
      }
      NDList outputs = predictor.predict(new NDList(input));
      outputs.attach(manager);
      NDArray wanted = all && outputs.size() > 1 ? joined(outputs, shape[0]) : outputs.head();
      NDArray floats = wanted.toType(DataType.FLOAT32, false);
      return Frame.tensor(Frame.Kind.RESULT, floats.getShape().getShape(), floats.toFloatArray());
    }
  }

  private static NDArray joined(NDList outputs, long batch) {
    NDArray rows = outputs.head().reshape(batch, -1);
    for (NDArray next : outputs.subNDList(1)) {
      rows = rows.concat(next.reshape(batch, -1), 1);
    }
    return rows;
  }

  private static boolean isHalf(Model model) {
    for (Pair<String, Parameter> entry : model.getBlock().getParameters()) {
      return entry.getValue().getArray().getDataType() == DataType.FLOAT16;
    }
    return false;
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }
}
