package io.facekit.quantize.search;

import io.facekit.quantize.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for the cheapest set of units in FP16 that keeps the drift within a limit. The drift of
 * every set is measured, never added up: errors of neighbours amplify or cancel each other.
 *
 * <p>Greedy, by drift per cost: of all units, and of all pairs of neighbours, as the values between
 * two units in FP16 are not rounded at all. Gains are measured again only when they lead (lazily:
 * Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978) or when
 * something beside them has changed. Then single units are taken out or exchanged for cheaper ones
 * while the limit holds.
 */
public final class Search {
  private static final int FRESH_PER_STEP = 8;
  private static final int EXCHANGES = 5;
  private static final int ROUNDS = 3;

  private final Units units;
  private final Trial trial;
  private final Journal journal;
  private final Progress progress;
  private final long parameters;
  private final long work;
  private final Map<List<Unit>, Double> gains = new HashMap<>();

  /**
   * A set of units in FP16.
   *
   * @param fp16 in the order of the graph
   */
  public record Point(List<Unit> fp16, double drift) {
    public Point {
      fp16 = List.copyOf(fp16);
    }

    public long parameters() {
      return fp16.stream().mapToLong(Unit::parameters).sum();
    }
  }

  public Search(Units units, Trial trial, Journal journal, Progress progress) {
    this.units = units;
    this.trial = trial;
    this.journal = journal;
    this.progress = progress;
    this.parameters = Math.max(1, units.all().stream().mapToLong(Unit::parameters).sum());
    this.work = Math.max(1, units.all().stream().mapToLong(Unit::work).sum());
  }

  /** All INT8. */
  public Point start() {
    return point(List.of());
  }

  /** The drift with these units in FP16 and all others in INT8. */
  public double drift(Collection<Unit> fp16) {
    String names =
        units.all().stream()
            .filter(fp16::contains)
            .map(Unit::name)
            .collect(Collectors.joining(" "));
    return journal.get("fp16 " + names, () -> trial.ofMixed(Trial.layers(fp16)));
  }

  /** The share of the model's parameters and of its work that the units have, added. */
  double cost(Collection<Unit> some) {
    double cost = 0;
    for (Unit u : some) {
      cost += (double) u.parameters() / parameters + (double) u.work() / work;
    }
    return cost;
  }

  /** Measures what each move gains by itself. */
  public void prepare() {
    List<List<Unit>> moves = moves(List.of());
    progress.stage("measure each change", moves.size());
    double all = start().drift();
    for (List<Unit> move : moves) {
      gains.put(move, all - drift(move));
      progress.step();
    }
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
    List<List<Unit>> open =
        moves(from.fp16()).stream()
            .filter(m -> new Point(m, 0).parameters() + from.parameters() <= mostParameters)
            .collect(Collectors.toCollection(ArrayList::new));
    Set<List<Unit>> fresh = new HashSet<>();
    Comparator<List<Unit>> byRatio =
        Comparator.comparingDouble(m -> gains.getOrDefault(m, Double.MAX_VALUE) / cost(m));
    while (!open.isEmpty()) {
      List<Unit> lead = open.stream().max(byRatio).orElseThrow();
      double gain = gains.getOrDefault(lead, Double.MAX_VALUE);
      if (fresh.contains(lead) && gain > 0) {
        return Optional.of(accept(from, lead));
      }
      if (fresh.contains(lead)) {
        open.remove(lead);
        continue;
      }
      if (fresh.size() >= FRESH_PER_STEP) {
        Optional<List<Unit>> best =
            open.stream()
                .filter(fresh::contains)
                .filter(m -> Objects.requireNonNull(gains.get(m)) > 0)
                .max(byRatio);
        if (best.isPresent()) {
          return Optional.of(accept(from, best.get()));
        }
      }
      gains.put(lead, from.drift() - drift(union(from.fp16(), lead)));
      fresh.add(lead);
    }
    return Optional.empty();
  }

  private Point accept(Point from, List<Unit> move) {
    for (List<Unit> pair : units.neighbours()) {
      if (pair.stream().anyMatch(move::contains)) {
        List<Unit> rest = pair.stream().filter(u -> !move.contains(u)).toList();
        gains.remove(rest);
      }
    }
    return point(union(from.fp16(), move));
  }

  /** Units and pairs of neighbours, without what is FP16 already. */
  private List<List<Unit>> moves(Collection<Unit> fp16) {
    Set<List<Unit>> moves = new LinkedHashSet<>();
    units.all().forEach(u -> moves.add(List.of(u)));
    moves.addAll(units.neighbours());
    return moves.stream()
        .map(m -> m.stream().filter(u -> !fp16.contains(u)).toList())
        .filter(m -> !m.isEmpty())
        .distinct()
        .toList();
  }

  /** Takes out and exchanges units while the limit holds. */
  public Point prune(Point from, double limit) {
    Point best = from;
    for (int round = 0; round < ROUNDS; round++) {
      Point before = best;
      for (Unit u : byCost(best.fp16())) {
        best = cheaper(best, u, limit);
        progress.step();
      }
      if (best.equals(before)) {
        break;
      }
    }
    return best;
  }

  private Point cheaper(Point from, Unit unit, double limit) {
    List<Unit> rest = from.fp16().stream().filter(u -> !u.equals(unit)).toList();
    Point without = point(rest);
    if (without.drift() <= limit) {
      return without;
    }
    Comparator<Unit> byRatio =
        Comparator.comparingDouble(
            u -> gains.getOrDefault(List.of(u), 0.0) / Math.max(1e-9, cost(List.of(u))));
    List<Unit> others =
        units.all().stream()
            .filter(u -> !from.fp16().contains(u))
            .filter(u -> cost(List.of(u)) < cost(List.of(unit)))
            .sorted(byRatio.reversed())
            .limit(EXCHANGES)
            .toList();
    for (Unit other : others) {
      Point exchanged = point(union(rest, List.of(other)));
      if (exchanged.drift() <= limit) {
        return exchanged;
      }
    }
    return from;
  }

  private List<Unit> byCost(List<Unit> some) {
    return some.stream()
        .sorted(Comparator.<Unit>comparingDouble(u -> cost(List.of(u))).reversed())
        .toList();
  }

  private Point point(List<Unit> fp16) {
    return new Point(fp16, drift(fp16));
  }

  /** In the order of the graph. */
  private List<Unit> union(Collection<Unit> some, Collection<Unit> more) {
    return units.all().stream().filter(u -> some.contains(u) || more.contains(u)).toList();
  }
}
