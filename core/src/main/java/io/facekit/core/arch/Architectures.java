package io.facekit.core.arch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.KeyPrefix;
import io.facekit.core.torch.Retrace;
import io.facekit.core.torch.StateDict;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The architectures that facekit recognises by the names and shapes of their weights. */
public final class Architectures {
  /** From here on weights are taken for a damaged variant of a family, and not for another one. */
  private static final double RESEMBLES = 0.5;

  private static final int LARGEST_IMAGE = 4096;
  private static final int MOST_NAMES = 20;

  private static final List<Family> FAMILIES =
      List.of(
          new TreB1eNMobileFaceNet(),
          new CavafaceMobileFaceNet(),
          new InsightfaceMobileFaceNet(),
          new InsightfaceIresnet(),
          new XiaoccerMobileFacenet(),
          new FoamliuMobileFaceNet());

  private record Attempt(Family family, Net net) {
    boolean fits() {
      return net.weights().fit() && isImage(net.height()) && isImage(net.width());
    }

    private static boolean isImage(long size) {
      return size > 0 && size <= LARGEST_IMAGE;
    }
  }

  private Architectures() {}

  /**
   * A state_dict with the graph that its weights belong to.
   *
   * @param program with weights in float32
   * @param notes what the user must know: what no weight shows, and what was left out
   */
  public record Recognised(TorchProgram program, Architecture architecture, List<String> notes) {
    public Recognised {
      notes = List.copyOf(notes);
    }
  }

  /** The names of all families, the commonest first. */
  public static List<String> names() {
    return FAMILIES.stream().map(Family::name).toList();
  }

  /** The input formats of a family, as in {@link Architecture#inputs}. */
  public static List<InputFormat> inputs(String name) {
    return FAMILIES.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .map(Family::inputs)
        .orElseThrow();
  }

  /**
   * Finds the family of a state_dict and writes its program.
   *
   * @throws FacekitException ARCH_UNKNOWN; ARCH_MISMATCH with all missing, extra and wrongly shaped
   *     names; ARCH_REFUSED for a head that no converter can keep; TENSOR_NOT_FINITE for all
   *     weights at once
   */
  public static Recognised recognise(StateDict state) {
    List<Attempt> attempts = attempts(state.tensors(), state.file());
    Optional<Attempt> fitting = attempts.stream().filter(Attempt::fits).findFirst();
    if (fitting.isEmpty()) {
      throw refused(state, attempts);
    }
    Net net = fitting.get().net();
    List<String> notes = new ArrayList<>(state.notes());
    Architecture architecture = architecture(fitting.get());
    notes.add("the weights are those of " + architecture.name());
    notes.addAll(fitting.get().family().notes());
    notes.add(
        "the output is the embedding before any L2 normalization: weights do not show whether the"
            + " model ended in one");
    TorchProgram program = Programs.of(net, state.file());
    if (net.calls().stream().flatMap(c -> c.args().stream()).anyMatch(Programs::isNarrow)) {
      notes.add("weights that are not float32 were converted; PyTorch may have computed in them");
    }
    return new Recognised(program, architecture, notes);
  }

  /** The architecture of a traced or scripted program, if its parameters have the names of one. */
  public static Optional<Architecture> of(TorchProgram program) {
    return of(program.parameters(), program.archive());
  }

  /** The architecture of a module's tensors, if they have the names of one. */
  public static Optional<Architecture> of(Map<String, TensorData> tensors, String file) {
    Map<String, TensorData> named = new LinkedHashMap<>(tensors);
    named.keySet().removeIf(n -> n.startsWith("CONSTANTS."));
    return named.isEmpty()
        ? Optional.empty()
        : attempts(KeyPrefix.strip(named).names(), file).stream()
            .filter(Attempt::fits)
            .findFirst()
            .map(Architectures::architecture);
  }

  private static List<Attempt> attempts(Map<String, TensorData> tensors, String file) {
    NavigableSet<String> sorted = new TreeSet<>(tensors.keySet());
    return FAMILIES.stream()
        .map(
            family -> {
              Net net = new Net(new Weights(tensors, sorted), file);
              family.write(net);
              return new Attempt(family, net);
            })
        .toList();
  }

  private static Architecture architecture(Attempt a) {
    return new Architecture(
        a.family().variant(a.net().weights()),
        Math.toIntExact(a.net().height()),
        Math.toIntExact(a.net().width()),
        Math.toIntExact(a.net().outputSize()),
        a.family().inputs());
  }

  private static FacekitException refused(StateDict state, List<Attempt> attempts) {
    Problems problems = new Problems();
    for (Attempt a : attempts) {
      a.family().refusal(a.net().weights()).ifPresent(p -> problems.add(p.at(state.file())));
    }
    problems.throwIfAny();
    Attempt nearest = attempts.get(0);
    for (Attempt a : attempts) {
      if (a.net().weights().likeness() > nearest.net().weights().likeness()) {
        nearest = a;
      }
    }
    Weights weights = nearest.net().weights();
    String family = nearest.family().name();
    if (weights.likeness() < RESEMBLES) {
      return Problem.of(
              ErrorId.ARCH_UNKNOWN,
              "the file holds weights but no graph, and no known architecture has them")
          .at(state.file())
          .found(
              state.kind().label() + ", " + state.tensors().size() + " tensors; nearest: " + family)
          .hint(
              "where the model's Python code is: "
                  + Retrace.LINE
                  + "; known: "
                  + String.join(", ", names()))
          .asException();
    }
    add(problems, state, family, "weights are missing", weights.missing());
    add(problems, state, family, "weights have another shape or type", weights.wrong());
    add(problems, state, family, "weights have no place", weights.extra());
    if (problems.isEmpty()) {
      problems.add(
          Problem.of(ErrorId.ARCH_MISMATCH, "the weights fit " + family + " but for its image size")
              .at(state.file()));
    }
    return new FacekitException(problems.list(), null);
  }

  private static void add(
      Problems problems, StateDict state, String family, String what, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    String shown =
        names.stream().limit(MOST_NAMES).map(Printable::name).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    problems.add(
        Problem.of(ErrorId.ARCH_MISMATCH, names.size() + " " + what + " in " + family)
            .at(state.file())
            .found(more > 0 ? shown + " and " + more + " more" : shown)
            .hint("where the model's Python code is: " + Retrace.LINE));
  }
}
