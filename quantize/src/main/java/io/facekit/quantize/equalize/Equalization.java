package io.facekit.quantize.equalize;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;
import io.facekit.core.pass.ChannelScaling;
import io.facekit.core.pass.WeightChannels;
import io.facekit.core.quant.Quantization;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImagePass;
import io.facekit.quantize.plan.SharedRanges;
import io.facekit.runtime.face.FaceLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Brings the channels of activations to similar ranges, so that one scale per tensor fits all of
 * them. Channel c of a value is divided by {@code g_c} in the constants of the nodes that produce
 * it, and multiplied in those that read it; in real arithmetic the graph computes what it did
 * (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019,
 * section 4.1). Ranges of activations decide, without what is better clipped, not those of weights,
 * whose scales are per channel anyway; residual streams are scaled as a whole.
 *
 * <p>A ReLU6 stays a clip at 6 of the scaled value. A channel that never came near 6 is so clipped
 * at the largest value that was seen, as 8-bit codes would have clipped it.
 */
public final class Equalization {
  private static final float CLIP = 6;

  /**
   * What a channel gets of the 255 steps of its tensor, about: channels do not fill the range that
   * holds them all, and values with one scale are rounded several times.
   */
  static final int LEVELS = 150;

  private final Graph canonical;
  private final Graph graph;
  private final List<ChannelGroup> groups;
  private final Set<String> quantized;
  private final boolean sharedScales;

  /**
   * @param canonical is not changed
   * @param quantized values that some target rounds to 8 bits
   * @param sharedScales whether ranges are shared as {@link SharedRanges} does
   */
  public Equalization(Graph canonical, Set<String> quantized, boolean sharedScales) {
    this.canonical = canonical;
    this.graph = canonical.copy();
    this.quantized = quantized;
    this.sharedScales = sharedScales;
    this.groups =
        ChannelGroups.of(graph).stream()
            .filter(g -> g.values().stream().anyMatch(quantized::contains))
            .filter(g -> quantized.containsAll(g.clipped()))
            .toList();
  }

  /** The equalized graph, after reading all images of the loader. */
  public Graph run(FaceLoader images, int threads, String version, Progress progress) {
    Map<String, Integer> channels = new LinkedHashMap<>();
    for (ChannelGroup g : groups) {
      g.values().stream().filter(quantized::contains).forEach(v -> channels.put(v, g.channels()));
      g.consumers().forEach(n -> channels.put(n, channels(node(n))));
    }
    if (groups.isEmpty()) {
      return graph;
    }
    ImagePass pass =
        new ImagePass(graph, Quantization.NONE, List.copyOf(channels.keySet()), version);
    ChannelExtents extents =
        pass.run(images, threads, () -> new ChannelExtents(channels), progress);
    groups.forEach(g -> scale(g, extents));
    return graph;
  }

  private void scale(ChannelGroup group, ChannelExtents extents) {
    double[] energy = new double[group.channels()];
    group.consumers().forEach(n -> addEnergy(exact(n), extents.of(n), energy));
    List<String> values = group.values().stream().filter(quantized::contains).toList();
    Map<String, Extents> clipped = new LinkedHashMap<>();
    values.forEach(v -> clipped.put(v, extents.clipped(v, LEVELS)));
    if (extents.images() >= Centering.LEAST_IMAGES) {
      Centering.run(graph, group, clipped);
    }
    List<Extents> bounds = new ArrayList<>();
    for (List<String> together : shared(values)) {
      Extents all = new Extents(group.channels());
      together.forEach(v -> all.addAll(Objects.requireNonNull(clipped.get(v))));
      bounds.add(all);
    }
    double[] factors = ChannelFactors.of(bounds, energy);
    for (String n : group.clipped()) {
      for (int c = 0; c < factors.length; c++) {
        factors[c] = Math.max(factors[c], extents.of(n).high(c) / CLIP);
      }
    }
    float[] inverse = new float[factors.length];
    float[] factor = new float[factors.length];
    for (int c = 0; c < factors.length; c++) {
      inverse[c] = (float) (1 / factors[c]);
      factor[c] = (float) factors[c];
    }
    group.producers().forEach(n -> ChannelScaling.scaleOutputs(graph, node(n), inverse));
    group.consumers().forEach(n -> ChannelScaling.scaleInputs(graph, node(n), factor));
  }

  /** Those with one scale together. */
  private List<List<String>> shared(List<String> values) {
    Map<String, List<String>> byValue = new LinkedHashMap<>();
    values.forEach(v -> byValue.put(v, List.of(v)));
    for (List<String> together :
        sharedScales ? SharedRanges.groups(graph) : List.<List<String>>of()) {
      List<String> known = together.stream().filter(byValue::containsKey).toList();
      known.forEach(v -> byValue.put(v, known));
    }
    return byValue.values().stream().distinct().toList();
  }

  /** Adds the squared weights that read each channel, relative to the range of what they make. */
  private static void addEnergy(Node consumer, Extents output, double[] energy) {
    float[] w = consumer.input(1).data().toFloats();
    WeightChannels channels = WeightChannels.of(consumer, energy.length);
    boolean grouped = consumer.op() instanceof Conv c && c.groups() > 1;
    double total = 0;
    for (int o = 0; o < output.channels(); o++) {
      total += square(output.width(o));
    }
    for (int i = 0; i < w.length; i++) {
      int o = channels.output(i);
      double scale = grouped ? output.channels() * square(output.width(o)) : total;
      energy[channels.input(i)] += scale == 0 ? 0 : square(w[i]) / scale;
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private static int channels(Node n) {
    return n.output().type().shape().size(1);
  }

  /** As it was before any channel was scaled. */
  private Node exact(String name) {
    return canonical.node(name).orElseThrow();
  }

  private Node node(String name) {
    return graph.node(name).orElseThrow();
  }
}
