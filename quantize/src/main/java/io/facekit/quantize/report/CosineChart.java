package io.facekit.quantize.report;

import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.CosineDrift.Bin;
import io.facekit.quantize.report.Report.ArtifactCosine;
import java.util.List;

/** The histogram of one artifact's cosines; all artifacts share one horizontal axis. */
final class CosineChart {
  private static final int LEAST_BINS = 12;
  private static final double LEFT = 52;
  private static final double RIGHT = 508;
  private static final double TOP = 14;
  private static final double BOTTOM = 200;

  private CosineChart() {}

  /** The first bin that any artifact fills, so that the axes agree. */
  static int firstBin(List<ArtifactCosine> all) {
    int first = Integer.MAX_VALUE;
    for (ArtifactCosine one : all) {
      List<Bin> bins = one.drift().histogram();
      first = Math.min(first, bins.size() - LEAST_BINS);
      for (int i = 0; i < bins.size(); i++) {
        if (bins.get(i).count() > 0) {
          first = Math.min(first, i);
          break;
        }
      }
    }
    return Math.max(0, first);
  }

  static Svg of(ArtifactCosine artifact, int firstBin) {
    CosineDrift drift = artifact.drift();
    List<Bin> bins = drift.histogram().subList(firstBin, drift.histogram().size());
    int most = bins.stream().mapToInt(Bin::count).max().orElse(1);
    Axis y = new Axis(0, Math.max(1, most), BOTTOM, TOP);
    Axis x = new Axis(0, bins.size(), LEFT, RIGHT);
    Svg svg =
        new Svg(
            "chart",
            520,
            244,
            "Histogram of the cosine similarity to FP32: mean "
                + Show.cosine(drift.mean())
                + ", worst "
                + Show.cosine(drift.min()));
    for (double tick : y.ticks(4)) {
      if (tick == Math.rint(tick)) {
        svg.line(tick == 0 ? "axis" : "grid", LEFT, y.at(tick), RIGHT, y.at(tick));
        svg.text("tick", LEFT - 8, y.at(tick) + 4, "end", Show.count((long) tick));
      }
    }
    int every = Math.max(1, (bins.size() + 6) / 7);
    for (int i = 0; i < bins.size(); i++) {
      Bin bin = bins.get(i);
      if (bin.count() > 0) {
        double top = Math.min(y.at(bin.count()), BOTTOM - 1.5);
        String range = label(bin) + " to " + Show.number(bin.to());
        String title = range + ": " + Show.plural(bin.count(), "image");
        svg.bar("bar", x.at(i) + 1, top, x.at(i + 1) - x.at(i) - 2, BOTTOM - top, title);
      }
      if ((bins.size() - i) % every == 0) {
        svg.text("tick", x.at(i), BOTTOM + 18, "middle", label(bin));
      }
    }
    svg.text("tick", RIGHT, BOTTOM + 18, "middle", "1");
    svg.text("label", (LEFT + RIGHT) / 2, BOTTOM + 38, "middle", "cosine similarity to FP32");
    return svg;
  }

  /** The lower edge of a bin. */
  static String label(Bin bin) {
    return bin.from() == CosineDrift.BELOW ? "below" : Show.number(bin.from());
  }
}
