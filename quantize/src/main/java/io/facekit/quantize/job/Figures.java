package io.facekit.quantize.job;

import io.facekit.quantize.drift.GateResult;
import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of a report that a terminal shows. */
final class Figures {
  private Figures() {}

  static List<Figure> of(Report report) {
    List<Figure> out = new ArrayList<>();
    for (Report.ArtifactCosine c : report.cosine()) {
      out.add(figure(c.artifact() + ": mean cosine to FP32", c.drift().mean(), "%.5f"));
      out.add(figure(c.artifact() + ": p1 of the cosine", c.drift().p1(), "%.5f"));
    }
    for (Report.ArtifactVerification v : report.verification()) {
      for (Verification.OperatingPoint p : v.verification().points()) {
        if (p.estimate() != null) {
          double drop = 100 * (p.estimate().reference().tar() - p.estimate().candidate().tar());
          String name =
              String.format(Locale.ROOT, "%s: TAR lost at FAR %.0e", v.artifact(), p.far());
          out.add(figure(name, drop, "%.2f points"));
        }
      }
    }
    for (Report.Artifact a : report.artifacts()) {
      Report.Latency latency = a.latency();
      if (latency != null && latency.ratioToFp32() != null) {
        out.add(figure(a.file() + ": time against FP32", latency.ratioToFp32(), "%.2f"));
      }
    }
    for (Report.FusionAudit f : report.fusion()) {
      out.add(
          new Figure(
              f.artifact() + ": integer nodes",
              f.integer(),
              f.integer() + " of " + f.plannedInt8() + " planned"));
    }
    for (Report.DelegateAudit d : report.delegation()) {
      out.add(
          new Figure(
              d.artifact() + ": operators on " + d.delegate(),
              d.taken(),
              d.taken()
                  + " of "
                  + d.operators()
                  + (d.partitions() == 1
                      ? " in 1 partition"
                      : " in " + d.partitions() + " partitions")));
    }
    for (Report.Agreement a : report.agreement()) {
      out.add(figure(a.second() + ": mean cosine to " + a.first(), a.cosineMean(), "%.5f"));
    }
    return out;
  }

  static List<Check> gates(Report report) {
    return report.gates().stream().map(Figures::gate).toList();
  }

  private static Check gate(GateResult g) {
    Double measured = g.measured();
    String outcome =
        (measured == null ? "not measured" : number(measured))
            + (g.bound() == GateResult.Bound.AT_LEAST ? ", at least " : ", at most ")
            + number(g.limit());
    return new Check(g.artifact() + ": " + g.name(), g.passed(), outcome);
  }

  /** Five digits of a score, all digits of a size in bytes. */
  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1000 ? "%.5g" : "%,.0f", value);
  }

  private static Figure figure(String name, double value, String format) {
    return new Figure(name, value, String.format(Locale.ROOT, format, value));
  }
}
