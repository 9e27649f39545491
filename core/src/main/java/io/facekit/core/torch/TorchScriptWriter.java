package io.facekit.core.torch;

import io.facekit.core.pickle.PickleWriter;
import io.facekit.core.tensor.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a program as a TorchScript archive, the form of a program that libtorch runs: one module
 * whose forward makes all calls, the tensors its attributes. Module paths are not kept. Equal
 * programs give equal bytes.
 */
public final class TorchScriptWriter {
  /** With this version libtorch 2.x takes operators as it knows them itself, none as older. */
  private static final String FILE_FORMAT_VERSION = "10\n";

  private TorchScriptWriter() {}

  public static byte[] write(TorchProgram program) {
    ScriptText text = ScriptText.of(program);
    ArchiveWriter archive = new ArchiveWriter("model");
    PickleWriter module = new PickleWriter().startObject("__torch__", ScriptText.MODULE);
    module.string("training").bool(program.training());
    int key = 0;
    for (Map.Entry<String, TensorData> e : text.attributes().entrySet()) {
      TensorData data = e.getValue();
      module.string(e.getKey()).tensor(data.dtype(), Integer.toString(key), sizes(data));
      archive.add("data/" + key, data.bytes());
      key++;
    }
    archive.add("data.pkl", module.endObject().end());
    archive.add("code/__torch__.py", text.source().getBytes(StandardCharsets.UTF_8));
    archive.add("constants.pkl", new PickleWriter().emptyTuple().end());
    archive.add("version", FILE_FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
    archive.add("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    return archive.bytes();
  }

  private static List<Long> sizes(TensorData data) {
    return Arrays.stream(data.shape().at(1)).boxed().toList();
  }
}
