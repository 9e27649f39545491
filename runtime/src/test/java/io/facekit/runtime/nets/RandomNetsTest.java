package io.facekit.runtime.nets;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.op.AtenSchema;
import io.facekit.core.op.Ops;
import io.facekit.core.torch.TorchScriptWriter;
import io.facekit.runtime.run.TorchSession;
import io.facekit.runtime.worker.Frame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random small nets in libtorch, ONNX Runtime and TFLite. {@code -Dfacekit.nets=500} makes 500 of
 * them, {@code -Dfacekit.net=SEED} makes one again.
 */
class RandomNetsTest {
  private static final int USUAL_NETS = 40;
  private static final int MOST_CALLS = 9;

  /** Nets for each operator by itself. */
  private static final int SEEDS = 20;

  private static TorchSession torch;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    torch = new TorchSession();
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static Net net(long seed) {
    Net net = new Net(seed);
    List<NetOp> ops = NetOps.imported();
    for (int calls = net.pick(2, MOST_CALLS); calls > 0; calls--) {
      net.apply(net.oneOf(ops.stream().filter(op -> op.takes().test(net.output())).toList()));
    }
    return net;
  }

  @Test
  void everyRuntimeComputesTheSame() throws Exception {
    Long only = Long.getLong("facekit.net");
    long first = only == null ? 1 : only;
    long last = only == null ? Integer.getInteger("facekit.nets", USUAL_NETS) : only;
    List<String> failures = new ArrayList<>();
    NetLanes lanes = new NetLanes(folder, torch);
    for (long seed = first; seed <= last; seed++) {
      Net net = net(seed);
      for (String failure : lanes.failures(net)) {
        failures.add("net of seed " + seed + ": " + failure + "\n" + net);
      }
    }
    System.out.println("seeds " + first + " to " + last + ": " + lanes.summary());
    assertThat(failures).as(failures.size() + " failures, in %s", lanes.summary()).isEmpty();
    assertThat(only != null || lanes.tflite() >= (last - first + 1) / 3)
        .as("many nets are run by TFLite too: " + lanes.summary())
        .isTrue();
  }

  /** Of those, too, whose operators are not imported yet. */
  @ParameterizedTest
  @MethodSource("operators")
  void operatorsAreCalledAsLibtorchWants(NetOp op) throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Net net = netFor(op, seed);
      if (!op.takes().test(net.output())) {
        continue;
      }
      List<Long> expected = new ArrayList<>(List.of(2L));
      net.apply(op).sizes().forEach(size -> expected.add((long) size));
      torch.load(TorchScriptWriter.write(net.program()));
      Frame out = torch.run(NetLanes.input(net, 2), NetLanes.shape(net, 2));
      assertThat(out.shape()).as("%s", net).containsExactly(expected.toArray(Long[]::new));
    }
  }

  static List<NetOp> operators() {
    return NetOps.ALL;
  }

  @Test
  void everyImportedOperatorIsMade() {
    Set<String> made = new TreeSet<>();
    for (NetOp op : NetOps.ALL) {
      for (long seed = 1; seed <= SEEDS; seed++) {
        Net net = netFor(op, seed);
        if (op.takes().test(net.output())) {
          net.apply(op);
        }
        net.operators().forEach(name -> made.add(NetOps.functional(name)));
      }
    }
    assertThat(made)
        .containsAll(
            Ops.ALL.stream()
                .flatMap(
                    def ->
                        Stream.concat(
                            def.aten().keySet().stream(), def.atenToList().keySet().stream()))
                .map(AtenSchema::name)
                .toList());
  }

  /** A net whose output is such that most operators can be applied to it. */
  private static Net netFor(NetOp op, long seed) {
    Net net = new Net(seed);
    if (!op.takes().test(net.output())) {
      net.apply(NetOp.map("aten::flatten", Shapes::flatten));
    }
    return net;
  }

  @Test
  void aSeedGivesOneNet() {
    assertThat(net(7).toString()).isEqualTo(net(7).toString()).isNotEqualTo(net(8).toString());
  }
}
