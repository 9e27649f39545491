package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Imports calls that move channels: a Reshape, a Transpose and a Reshape. */
final class PixelShuffle {
  private PixelShuffle() {}

  /**
   * {@code [N, C * r * r, H, W]} to {@code [N, C, H * r, W * r]} (Shi et al., arXiv 1609.05158).
   */
  static Value load(AtenCall call) {
    return load(call, call.tensor("self"), call.integer("upscale_factor"));
  }

  private static Value load(ImportCall call, Value x, int r) {
    Shape s = map(call, x, r);
    int channels = divided(call, s.size(1), Math.multiplyExact(r, r));
    return moved(
        call,
        x,
        dims(s, channels, r, r, s.size(2), s.size(3)),
        List.of(0, 1, 4, 2, 5, 3),
        dims(s, channels, Math.multiplyExact(s.size(2), r), Math.multiplyExact(s.size(3), r)));
  }

  static Value loadReverse(AtenCall call) {
    Value x = call.tensor("self");
    int r = call.integer("downscale_factor");
    Shape s = map(call, x, r);
    int h = divided(call, s.size(2), r);
    int w = divided(call, s.size(3), r);
    int channels = Math.multiplyExact(s.size(1), Math.multiplyExact(r, r));
    return moved(
        call,
        x,
        dims(s, s.size(1), h, r, w, r),
        List.of(0, 1, 3, 5, 2, 4),
        dims(s, channels, h, w));
  }

  /** In mode CRD a pixel shuffle; in mode DCR the channels of one place lie together. */
  static Value loadOnnxDepth(OnnxCall call) {
    Value x = call.tensor(0);
    int r = call.integer("blocksize", 0);
    String mode = call.text("mode", "DCR");
    if (mode.equals("CRD")) {
      return load(call, x, r);
    }
    if (!mode.equals("DCR")) {
      throw call.unsupported("mode " + mode);
    }
    Shape s = map(call, x, r);
    int channels = divided(call, s.size(1), Math.multiplyExact(r, r));
    return moved(
        call,
        x,
        dims(s, r, r, channels, s.size(2), s.size(3)),
        List.of(0, 3, 4, 1, 5, 2),
        dims(s, channels, Math.multiplyExact(s.size(2), r), Math.multiplyExact(s.size(3), r)));
  }

  /** The reverse of DepthToSpace in mode DCR. */
  static Value loadOnnxSpace(OnnxCall call) {
    Value x = call.tensor(0);
    int r = call.integer("blocksize", 0);
    Shape s = map(call, x, r);
    int h = divided(call, s.size(2), r);
    int w = divided(call, s.size(3), r);
    int channels = Math.multiplyExact(s.size(1), Math.multiplyExact(r, r));
    return moved(
        call,
        x,
        dims(s, s.size(1), h, r, w, r),
        List.of(0, 3, 5, 1, 2, 4),
        dims(s, channels, h, w));
  }

  /** Channels of groups become groups of channels (Zhang et al., arXiv 1707.01083). */
  static Value loadChannels(AtenCall call) {
    Value x = call.tensor("self");
    int groups = call.integer("groups");
    Shape s = map(call, x, groups);
    return moved(
        call,
        x,
        dims(s, groups, divided(call, s.size(1), groups), s.size(2), s.size(3)),
        List.of(0, 2, 1, 3, 4),
        s);
  }

  private static Shape map(ImportCall call, Value x, int factor) {
    Shape s = x.type().shape();
    if (s.rank() != 4 || factor < 1) {
      throw call.unsupported("a shuffle of " + s + " by " + factor);
    }
    return s;
  }

  private static int divided(ImportCall call, int size, int by) {
    if (size % by != 0) {
      throw call.unsupported("a shuffle of " + size + " by " + by);
    }
    return size / by;
  }

  private static Shape dims(Shape like, long... sizes) {
    List<Dim> dims = new ArrayList<>(List.of(like.dim(0)));
    for (long size : sizes) {
      dims.add(Dim.of(size));
    }
    return new Shape(dims);
  }

  private static Value moved(ImportCall call, Value x, Shape apart, List<Integer> perm, Shape to) {
    Value parts = call.node(new Reshape(apart), List.of(x));
    Value turned = Transpose.node(call, parts, perm);
    return call.node(new Reshape(to), List.of(turned));
  }
}
