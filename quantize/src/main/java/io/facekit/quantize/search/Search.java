package io.facekit.quantize.search;

import io.facekit.core.quant.Precision;
import io.facekit.quantize.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Looks for the cheapest set of units in FP16 that keeps the drift within a limit.
 *
 * <p>A single unit gains little: the values that it shares with its neighbours are rounded still.
 * So a step adds a run of units that follow each other, the one that takes away the most drift for
 * its cost: a {@link NoiseModel} ranks them all, and the best are measured in the model that they
 * make. Then units are taken out or exchanged for cheaper ones while the limit holds, and those
 * that can keep 8-bit weights. The drift of every set that is kept is measured, never added up.
 */
public final class Search {
  /** What a share of the parameters counts beside a share of the work. */
  private static final double PARAMETERS_TO_WORK = 6;

  private static final int LONGEST_RUN = 16;
  private static final int MEASURED_PER_STEP = 6;
  private static final int EXCHANGES = 5;
  private static final int FAILURES = 4;
  private static final int ROUNDS = 2;

  private final Units units;
  private final Trial trial;
  private final Journal journal;
  private final Progress progress;
  private final long parameters;
  private final long work;
  private final NoiseModel model;

  /**
   * A set of units that are not INT8.
   *
   * @param fp16 in the order of the graph
   * @param int8Weights those that keep their 8-bit weights and compute in float
   */
  public record Point(List<Unit> fp16, List<Unit> int8Weights, double drift) {
    public Point {
      fp16 = List.copyOf(fp16);
      int8Weights = List.copyOf(int8Weights);
    }

    /** Of those in FP16. */
    public long parameters() {
      return Search.parameters(fp16);
    }

    /** The precision of each unit that is not INT8, in no order. */
    public Map<Unit, Precision> units() {
      Map<Unit, Precision> units = new HashMap<>();
      fp16.forEach(u -> units.put(u, Precision.FP16));
      int8Weights.forEach(u -> units.put(u, Precision.INT8_WEIGHTS));
      return units;
    }

    /** The precision of each layer that is not INT8, in no order. */
    public Map<String, Precision> layers() {
      Map<String, Precision> layers = new HashMap<>();
      units().forEach((u, precision) -> u.layers().forEach(l -> layers.put(l, precision)));
      return layers;
    }
  }

  public Search(Units units, Trial trial, Journal journal, Progress progress) {
    this.units = units;
    this.trial = trial;
    this.journal = journal;
    this.progress = progress;
    this.parameters = units.parameters();
    this.work = Math.max(1, units.all().stream().mapToLong(Unit::work).sum());
    progress.stage("measure each layer", units.all().size() + units.neighbours().size());
    this.model = new NoiseModel(units, this::alone);
  }

  /** All INT8. */
  public Point start() {
    return point(List.of());
  }

  /** The drift with these units in FP16 and all others in INT8. */
  public double drift(Collection<Unit> fp16) {
    return point(List.copyOf(fp16)).drift();
  }

  /** The drift with only these units in INT8 and all others in float. */
  private double alone(List<Unit> some) {
    progress.step();
    return journal.get("alone " + names(some), () -> trial.ofAlone(Trial.layers(some)));
  }

  private String names(Collection<Unit> some) {
    return units.all().stream()
        .filter(some::contains)
        .map(Unit::name)
        .collect(Collectors.joining(" "));
  }

  /** The shares of the model's parameters and of its work that the units have, weighed. */
  double cost(Collection<Unit> some) {
    double cost = 0;
    for (Unit u : some) {
      cost += PARAMETERS_TO_WORK * u.parameters() / parameters + (double) u.work() / work;
    }
    return cost;
  }

  /**
   * Adds units until the limit holds, or nothing helps any more.
   *
   * @param mostParameters that may be FP16
   * @return each step, the first of which is one after {@code from}
   */
  public List<Point> grow(Point from, double limit, long mostParameters) {
    List<Point> path = new ArrayList<>();
    Optional<Point> next = Optional.of(from);
    while (next.isPresent() && next.get().drift() > limit) {
      next = step(next.get(), mostParameters);
      next.ifPresent(path::add);
      progress.step();
    }
    return path;
  }

  private Optional<Point> step(Point from, long mostParameters) {
    double foretold = model.drift(from.fp16());
    Map<List<Unit>, Double> ratios = new LinkedHashMap<>();
    for (List<Unit> run : runs(from.fp16())) {
      if (parameters(run) + from.parameters() <= mostParameters) {
        ratios.put(run, (foretold - model.drift(union(from.fp16(), run))) / cost(run));
      }
    }
    List<List<Unit>> ranked =
        runs(from.fp16()).stream()
            .filter(ratios::containsKey)
            .sorted(
                Comparator.<List<Unit>>comparingDouble(r -> ratios.getOrDefault(r, 0.0)).reversed())
            .toList();
    for (int i = 0; i < ranked.size(); i += MEASURED_PER_STEP) {
      List<List<Unit>> some = ranked.subList(i, Math.min(ranked.size(), i + MEASURED_PER_STEP));
      Optional<List<Unit>> best =
          some.stream().max(Comparator.comparingDouble(r -> measuredRatio(from, r)));
      if (best.isPresent() && measuredRatio(from, best.get()) > 0) {
        return Optional.of(point(union(from.fp16(), best.get())));
      }
    }
    return Optional.empty();
  }

  private double measuredRatio(Point from, List<Unit> run) {
    return (from.drift() - drift(union(from.fp16(), run))) / cost(run);
  }

  /** Without what is FP16 already. */
  private List<List<Unit>> runs(List<Unit> fp16) {
    Set<List<Unit>> runs = new LinkedHashSet<>();
    for (int from = 0; from < units.all().size(); from++) {
      int most = Math.min(units.all().size(), from + LONGEST_RUN);
      for (int to = from + 1; to <= most; to++) {
        runs.add(units.all().subList(from, to).stream().filter(u -> !fp16.contains(u)).toList());
      }
    }
    runs.remove(List.of());
    return List.copyOf(runs);
  }

  private static long parameters(Collection<Unit> some) {
    return some.stream().mapToLong(Unit::parameters).sum();
  }

  /** Takes out and exchanges units while the limit holds. */
  public Point prune(Point from, double limit) {
    Point best = from;
    for (int round = 0; round < ROUNDS; round++) {
      Point before = best;
      best = exchanged(smaller(best, limit), limit);
      if (best.equals(before)) {
        break;
      }
    }
    return best;
  }

  /**
   * Lets units keep their 8-bit weights, those with the most parameters first, while the limit
   * holds: most of what a layer loses comes from its activations.
   */
  public Point narrow(Point from, double limit) {
    Point best = from;
    for (Unit u : sorted(from.fp16(), u -> -u.parameters())) {
      if (u.parameters() > 0) {
        Point narrower = point(without(best, u), union(best.int8Weights(), List.of(u)));
        best = narrower.drift() <= limit ? narrower : best;
        progress.step();
      }
    }
    return best;
  }

  /** Takes out what is foretold to matter least for its cost, until that fails several times. */
  private Point smaller(Point from, double limit) {
    Point best = from;
    int failed = 0;
    for (Unit u : sorted(from.fp16(), u -> loss(from, u) / cost(List.of(u)))) {
      Point without = point(without(best, u));
      failed = without.drift() <= limit ? 0 : failed + 1;
      best = without.drift() <= limit ? without : best;
      if (failed == FAILURES) {
        break;
      }
    }
    return best;
  }

  private double loss(Point from, Unit unit) {
    return model.drift(without(from, unit)) - model.drift(from.fp16());
  }

  /** Puts cheaper units in the place of the costliest. */
  private Point exchanged(Point from, double limit) {
    Point best = from;
    for (Unit u : first(sorted(from.fp16(), u -> -cost(List.of(u))))) {
      List<Unit> rest = without(best, u);
      List<Unit> others =
          units.all().stream()
              .filter(o -> !rest.contains(o) && cost(List.of(o)) < cost(List.of(u)))
              .toList();
      for (Unit o : first(sorted(others, x -> model.drift(union(rest, List.of(x)))))) {
        Point other = point(union(rest, List.of(o)));
        if (other.drift() <= limit) {
          best = other;
          break;
        }
      }
    }
    return best;
  }

  private static List<Unit> without(Point point, Unit unit) {
    return point.fp16().stream().filter(u -> !u.equals(unit)).toList();
  }

  private static List<Unit> sorted(List<Unit> some, ToDoubleFunction<Unit> by) {
    return some.stream().sorted(Comparator.comparingDouble(by)).toList();
  }

  private static List<Unit> first(List<Unit> some) {
    return some.subList(0, Math.min(EXCHANGES, some.size()));
  }

  private Point point(List<Unit> fp16) {
    return point(fp16, List.of());
  }

  private Point point(List<Unit> fp16, List<Unit> int8Weights) {
    Map<String, Precision> layers = new Point(fp16, int8Weights, 0).layers();
    String name =
        "fp16 "
            + names(fp16)
            + (int8Weights.isEmpty() ? "" : " int8-weights " + names(int8Weights));
    return new Point(fp16, int8Weights, journal.get(name, () -> trial.ofMixed(layers)));
  }

  /** In the order of the graph. */
  private List<Unit> union(Collection<Unit> some, Collection<Unit> more) {
    return units.all().stream().filter(u -> some.contains(u) || more.contains(u)).toList();
  }
}
