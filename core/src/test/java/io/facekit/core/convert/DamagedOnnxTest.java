package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.Graph;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.torch.SharedModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Seeded damage: a damaged file is refused in words, or still means a model. */
class DamagedOnnxTest {
  private static void converts(byte[] bytes) {
    Graph graph =
        OnnxImporter.load(OnnxReader.read("net.onnx", ByteBuffer.wrap(bytes)), Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    OnnxEmitter.emit(graph, Quantization.NONE, OnnxOptions.of("test"));
  }

  /** Whether a damaged file was refused. */
  private static boolean refused(byte[] bytes, String damage) {
    try {
      converts(bytes);
      return false;
    } catch (FacekitException e) {
      assertThat(e.problems()).as(damage).noneMatch(p -> p.id() == ErrorId.INTERNAL);
      return true;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail(damage, e);
    }
  }

  private static byte[] damaged(byte[] sound, SplittableRandom random, int from, int to) {
    byte[] bytes = sound.clone();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      bytes[from + random.nextInt(to - from)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] small() {
    return new OnnxFile(13)
        .opset("my.ops", 2)
        .input("x", "N", 2, 4, 4)
        .floats("stem.weight", 4, 2, 3, 3)
        .floats("slope", 4, 1, 1)
        .longs("sizes", 0, -1)
        .node(
            "Conv",
            "/stem/Conv",
            List.of("x", "stem.weight"),
            List.of("c"),
            Map.of("pads", List.of(1, 1, 1, 1), "strides", List.of(2, 2), "group", 1))
        .node("PRelu", List.of("c", "slope"), List.of("p"))
        .node("my.ops::Twirl", "t", List.of("p"), List.of("t", "u"), Map.of("by", 2f, "at", "z"))
        .type("t", "N", 4, 2, 2)
        .type("u", "N", 4, 2, 2)
        .node("Add", List.of("t", "u"), List.of("s"))
        .node("Shape", List.of("s"), List.of("shape"))
        .longs("zero", 0)
        .longs("one", 1)
        .node("Slice", List.of("shape", "zero", "one"), List.of("n"))
        .node("Concat", "", List.of("n", "one", "one"), List.of("k"), Map.of("axis", 0))
        .node("Reshape", List.of("s", "sizes"), List.of("r"))
        .floats("w", 16, 8)
        .node("MatMul", List.of("r", "w"), List.of("m"))
        .floats("b", 8)
        .node("Add", List.of("m", "b"), List.of("y"))
        .output("y", "N", 8)
        .bytes();
  }

  @Test
  void everyByteOfASmallModelMayBeDamaged() {
    byte[] sound = small();
    converts(sound);
    SplittableRandom random = new SplittableRandom(4);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      refused += refused(damaged(sound, random, 0, sound.length), "damage " + i) ? 1 : 0;
    }
    assertThat(refused).isBetween(2_000, 19_000);
    for (int size = 0; size < sound.length; size++) {
      refused(Arrays.copyOf(sound, size), "cut to " + size);
    }
  }

  @Test
  void aRealModelMayBeDamaged() throws IOException {
    byte[] sound = Files.readAllBytes(SharedModels.models("faceplugin-fr_feature.onnx"));
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 60; i++) {
      // The nodes come first in the file, the names and shapes of weights are everywhere.
      int to = i % 2 == 0 ? 20_000 : sound.length;
      refused(damaged(sound, random, 0, to), "damage " + i);
    }
    for (int i = 1; i < 8; i++) {
      assertThat(refused(Arrays.copyOf(sound, sound.length / 8 * i), "cut " + i)).isTrue();
    }
  }
}
