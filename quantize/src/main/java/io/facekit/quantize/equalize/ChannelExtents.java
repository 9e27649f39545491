package io.facekit.quantize.equalize;

import io.facekit.quantize.calibrate.ImagePass;
import io.facekit.quantize.observe.Histogram;
import io.facekit.runtime.face.FaceBatch;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The distribution of every channel of some values. */
final class ChannelExtents implements ImagePass.Observer<ChannelExtents> {
  private final Map<String, Histogram[]> histograms = new LinkedHashMap<>();
  private int images;

  /**
   * @param channels of each value to be observed
   */
  ChannelExtents(Map<String, Integer> channels) {
    channels.forEach(
        (value, count) -> {
          Histogram[] all = new Histogram[count];
          for (int c = 0; c < count; c++) {
            all[c] = Histogram.coarse();
          }
          histograms.put(value, all);
        });
  }

  /** The smallest and the largest value of each channel. */
  Extents of(String value) {
    Histogram[] channels = channels(value);
    Extents e = new Extents(channels.length);
    for (int c = 0; c < channels.length; c++) {
      if (channels[c].count() > 0) {
        e.add(c, channels[c].min(), channels[c].max());
      }
    }
    return e;
  }

  /**
   * As {@link #of}, without what is better clipped.
   *
   * @param levels that each channel gets; the fewer, the more is clipped
   */
  Extents clipped(String value, int levels) {
    Histogram[] channels = channels(value);
    Extents e = of(value);
    for (int c = 0; c < channels.length; c++) {
      e.clip(c, ChannelClip.of(channels[c], levels));
    }
    return e;
  }

  private Histogram[] channels(String value) {
    return Objects.requireNonNull(histograms.get(value), value);
  }

  @Override
  public void observe(String value, FloatBuffer data) {
    Histogram[] channels = channels(value);
    FloatBuffer source = data.duplicate();
    float[] map = new float[source.remaining() / channels.length];
    for (Histogram channel : channels) {
      source.get(map);
      channel.observe(map);
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
    histograms.forEach(
        (value, channels) -> {
          Histogram[] theirs = other.channels(value);
          for (int c = 0; c < channels.length; c++) {
            channels[c].merge(theirs[c]);
          }
        });
  }
}
