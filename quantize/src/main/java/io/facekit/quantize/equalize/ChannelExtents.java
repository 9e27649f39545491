package io.facekit.quantize.equalize;

import io.facekit.quantize.calibrate.ImagePass;
import io.facekit.runtime.face.FaceBatch;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The smallest and the largest value of every channel of some values. */
final class ChannelExtents implements ImagePass.Observer<ChannelExtents> {
  private final Map<String, Extents> extents = new LinkedHashMap<>();
  private int images;

  /**
   * @param channels of each value to be observed
   */
  ChannelExtents(Map<String, Integer> channels) {
    channels.forEach((value, c) -> extents.put(value, new Extents(c)));
  }

  Extents of(String value) {
    return Objects.requireNonNull(extents.get(value), value);
  }

  @Override
  public void observe(String value, FloatBuffer data) {
    Extents e = of(value);
    FloatBuffer source = data.duplicate();
    float[] map = new float[source.remaining() / e.channels()];
    for (int c = 0; c < e.channels(); c++) {
      source.get(map);
      float smallest = map[0];
      float largest = map[0];
      for (float v : map) {
        smallest = Math.min(smallest, v);
        largest = Math.max(largest, v);
      }
      e.add(c, smallest, largest);
    }
  }

  @Override
  public void seen(FaceBatch image) {
    images++;
  }

  /** Images that were observed. */
  int images() {
    return images;
  }

  @Override
  public void merge(ChannelExtents other) {
    images += other.images;
    extents.forEach((value, e) -> e.addAll(other.of(value)));
  }
}
