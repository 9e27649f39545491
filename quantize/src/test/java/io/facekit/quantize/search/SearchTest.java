package io.facekit.quantize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.facekit.quantize.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every figure comes out of ONNX Runtime. */
class SearchTest {
  private static final Units UNITS = SmallNet.units();

  @TempDir Path folder;

  private Journal journal() {
    return Journal.open(folder.resolve("journal"), "small net");
  }

  private static Search.Point found(Search search, double limit) {
    List<Search.Point> path = search.grow(search.start(), limit, Long.MAX_VALUE);
    return search.prune(path.get(path.size() - 1), limit);
  }

  @Test
  void takesLayersWithTheirActivationsByTheirModule() {
    assertThat(UNITS.all())
        .extracting(Unit::name, Unit::selectors, Unit::layers, Unit::parameters)
        .containsExactly(
            Tuple.tuple("stem", List.of("stem.**"), List.of("stem.conv", "stem.act"), 232L),
            Tuple.tuple("dw", List.of("dw.**"), List.of("dw.conv", "dw.act"), 88L),
            Tuple.tuple("a", List.of("a.**"), List.of("a.conv"), 54L),
            Tuple.tuple("b", List.of("b.**"), List.of("b.conv"), 42L),
            Tuple.tuple("sum", List.of("sum"), List.of("sum"), 0L),
            Tuple.tuple("head", List.of("head.**"), List.of("head.linear"), 4708L));
    assertThat(UNITS.neighbours().stream().map(p -> p.get(0).name() + ">" + p.get(1).name()))
        .containsExactly("stem>dw", "dw>a", "a>b", "a>sum", "b>sum", "sum>head");
  }

  @Test
  void blamesWeightsAndActivationsApart() {
    try (Journal journal = journal()) {
      Trial trial = SmallNet.trial(2);
      Search search = new Search(UNITS, trial, journal, Progress.silent());
      List<Sensitivity> all = Sensitivity.measure(UNITS, trial, search, journal, Progress.silent());
      assertThat(all).extracting(Sensitivity::unit).isEqualTo(UNITS.all());
      for (Sensitivity s : all) {
        boolean weighted = s.unit().parameters() > 0;
        assertThat(s.weights() > 1e-9).as(s.unit().name()).isEqualTo(weighted);
        assertThat(s.activations()).isPositive();
        assertThat(s.alone()).isPositive();
      }
      assertThat(all.get(0).accumulated()).isEqualTo(all.get(0).alone());
      assertThat(all.get(all.size() - 1).accumulated())
          .isCloseTo(search.start().drift(), within(1e-9));
    }
  }

  @Test
  void isAsCheapAsTryingEverySet() {
    try (Journal journal = journal()) {
      Search search = new Search(UNITS, SmallNet.trial(2), journal, Progress.silent());
      for (double share : new double[] {0.7, 0.4, 0.15}) {
        double limit = share * search.start().drift();
        Search.Point found = found(search, limit);
        assertThat(found.drift()).isLessThanOrEqualTo(limit).isEqualTo(search.drift(found.fp16()));
        double cheapest = Double.MAX_VALUE;
        for (int set = 0; set < 1 << UNITS.all().size(); set++) {
          List<Unit> some = subset(set);
          if (search.drift(some) <= limit) {
            cheapest = Math.min(cheapest, search.cost(some));
          }
        }
        assertThat(search.cost(found.fp16())).isLessThanOrEqualTo(1.1 * cheapest);
      }
    }
  }

  private static List<Unit> subset(int set) {
    List<Unit> some = new ArrayList<>();
    for (int i = 0; i < UNITS.all().size(); i++) {
      if ((set >> i & 1) == 1) {
        some.add(UNITS.all().get(i));
      }
    }
    return some;
  }

  @Test
  void keepsWithinTheParametersAllowed() {
    try (Journal journal = journal()) {
      Search search = new Search(UNITS, SmallNet.trial(2), journal, Progress.silent());
      List<Search.Point> path = search.grow(search.start(), 0, 300);
      assertThat(path).isNotEmpty().allMatch(p -> p.parameters() <= 300);
      assertThat(path.get(path.size() - 1).drift()).isLessThan(search.start().drift());
    }
  }

  @Test
  void keepsEightBitWeightsWhereTheLimitAllows() {
    try (Journal journal = journal()) {
      Trial trial = SmallNet.trial(2);
      Search search = new Search(UNITS, trial, journal, Progress.silent());
      double limit = 0.4 * search.start().drift();
      Search.Point wide = found(search, 0.9 * limit);
      Search.Point narrow = search.narrow(wide, limit);
      assertThat(narrow.drift()).isLessThanOrEqualTo(limit).isGreaterThan(wide.drift());
      assertThat(narrow.drift()).isEqualTo(trial.ofMixed(narrow.layers()));
      assertThat(narrow.int8Weights()).isNotEmpty().allMatch(u -> u.parameters() > 0);
      assertThat(narrow.units().keySet()).containsExactlyInAnyOrderElementsOf(wide.fp16());
      assertThat(narrow.parameters()).isLessThan(wide.parameters());
      assertThat(search.narrow(wide, 0)).isEqualTo(wide);
    }
  }

  @Test
  void goesOnAfterAKillAndFindsTheSameWithAnyThreads() throws IOException {
    Path file = folder.resolve("journal");
    Search.Point found;
    double limit;
    try (Journal journal = journal()) {
      Search search = new Search(UNITS, SmallNet.trial(1), journal, Progress.silent());
      limit = 0.3 * search.start().drift();
      found = found(search, limit);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int kept : new int[] {whole.length, whole.length / 2, 0}) {
      Files.write(file, Arrays.copyOf(whole, kept));
      try (Journal journal = journal()) {
        Search search = new Search(UNITS, SmallNet.trial(3), journal, Progress.silent());
        assertThat(found(search, limit)).isEqualTo(found);
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }
}
