package io.facekit.cli;

import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.TorchScriptReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The weights of the sample as safetensors files. */
final class SampleWeights {
  private SampleWeights() {}

  /** Under the names that cavaface gives to the same layers, which has one way to prepare faces. */
  static Path cavaface(Path file) throws IOException {
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    TorchScriptReader.read(Facekit.SAMPLE)
        .parameters()
        .forEach(
            (name, data) ->
                renamed.put(
                    name.matches("(conv_6_dw|linear|bn)\\..*") ? "output_layer." + name : name,
                    data));
    return write(file, renamed);
  }

  /** Under names that no architecture has. */
  static Path unknown(Path file) throws IOException {
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    TorchScriptReader.read(Facekit.SAMPLE)
        .parameters()
        .forEach((name, data) -> renamed.put("x" + renamed.size(), data));
    return write(file, renamed);
  }

  /** Source: the format's description in the README of huggingface/safetensors. */
  private static Path write(Path file, Map<String, TensorData> tensors) throws IOException {
    StringJoiner header = new StringJoiner(",", "{\"__metadata__\":{\"format\":\"pt\"},", "}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, TensorData> e : tensors.entrySet()) {
      byte[] bytes = new byte[e.getValue().sizeBytes()];
      e.getValue().bytes().get(bytes);
      String shape =
          Arrays.stream(e.getValue().shape().at(1))
              .mapToObj(Long::toString)
              .collect(Collectors.joining(",", "[", "]"));
      header.add(
          String.format(
              Locale.ROOT,
              "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              e.getKey(),
              e.getValue().dtype().shortName().toUpperCase(Locale.ROOT),
              shape,
              data.size(),
              data.size() + bytes.length));
      data.write(bytes);
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(size.array());
    all.write(text);
    data.writeTo(all);
    return Files.write(file, all.toByteArray());
  }
}
