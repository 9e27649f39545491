package io.facekit.runtime.lanes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.tensorflow.lite.schema.Model;

/** Seeded damage to a TFLite file; seven of ten changes hit what stands before the weights. */
final class Mutator {
  private static final int[] NUMBERS = {
    0, 1, -1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 127, 128, 255, 256, 0xffff, 0x10000, -2, -128
  };
  private static final int[] EXTREMES = {
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1 << 30,
    1 << 24,
    Float.floatToIntBits(Float.NaN),
    Float.floatToIntBits(Float.POSITIVE_INFINITY),
    Float.floatToIntBits(1e-30f),
    Float.floatToIntBits(1e30f),
    Float.floatToIntBits(-1f),
    Float.floatToIntBits(1f)
  };

  private final byte[] file;
  private final int structure;

  Mutator(byte[] file) {
    this.file = file;
    this.structure = firstContents(file);
  }

  /** The files that facekit writes have all contents of buffers behind everything else. */
  private static int firstContents(byte[] file) {
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file));
    int first = file.length;
    for (int i = 0; i < model.buffersLength(); i++) {
      if (model.buffers(i).dataLength() > 0) {
        first = Math.min(first, model.buffers(i).dataAsByteBuffer().position());
      }
    }
    return first;
  }

  byte[] mutate(long seed) {
    Random random = new Random(seed);
    byte[] out = file.clone();
    ByteBuffer ints = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    int changes = random.nextInt(4) == 0 ? 2 + random.nextInt(3) : 1;
    for (int i = 0; i < changes; i++) {
      int end = random.nextInt(10) < 7 ? structure : file.length;
      int at = random.nextInt(end);
      int word = Math.min(at, file.length - 4) / 4 * 4;
      switch (random.nextInt(7)) {
        case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> out[at] = (byte) NUMBERS[random.nextInt(NUMBERS.length)];
        case 2 -> out[at] = (byte) random.nextInt();
        case 3 -> ints.putInt(word, NUMBERS[random.nextInt(NUMBERS.length)]);
        case 4 -> ints.putInt(word, EXTREMES[random.nextInt(EXTREMES.length)]);
        case 5 -> ints.putInt(word, ints.getInt(word) + random.nextInt(17) - 8);
        default -> ints.putInt(word, ints.getInt(random.nextInt(structure / 4) * 4));
      }
    }
    return out;
  }
}
