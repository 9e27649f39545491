package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Value;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Precision;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.recipe.RecipeWriter;
import io.facekit.quantize.report.PlanReport;
import io.facekit.quantize.report.PlanReport.Kind;
import io.facekit.quantize.report.ReportHtml;
import io.facekit.quantize.report.ReportJson;
import io.facekit.quantize.search.Journal;
import io.facekit.quantize.search.Search;
import io.facekit.quantize.search.Sensitivity;
import io.facekit.quantize.search.Trial;
import io.facekit.quantize.search.Unit;
import io.facekit.quantize.search.Units;
import io.facekit.quantize.select.Rule;
import io.facekit.quantize.select.Selector;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.file.AtomicOutput;
import io.facekit.runtime.file.OutputFile;
import io.facekit.runtime.file.WorkFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the rules of a recipe: the cheapest layers in FP16 that keep a mean cosine. */
final class PlanJob {
  /** The limit of the search is tightened by this much, as a sample is not all faces. */
  private static final double MARGIN = 0.99;

  /** What of the limit is left to the rounding of weights. */
  private static final double RESERVE = 0.97;

  private static final int ROUNDS = 5;

  private static final Set<Precision> WIDE = EnumSet.of(Precision.FP16, Precision.FP32);

  private final PlanRequest request;
  private final Progress progress;
  private final Recipe recipe;
  private final SourceModel model;
  private final Graph base;
  private final FaceSet calibration;
  private final FaceSet evaluation;

  private PlanJob(PlanRequest request, Progress progress) {
    this.request = request;
    this.progress = progress;
    RecipeModel both = RecipeModel.read(request.config(), request.model(), progress);
    this.recipe = both.recipe();
    this.model = both.model();
    this.base = model.graph().copy();
    Pipelines.run(Pipelines.QUANTIZED, base);
    this.calibration = FaceSets.of(recipe.calibration());
    this.evaluation = recipe.evaluation().map(FaceSets::of).orElse(calibration);
  }

  static PlanResult run(PlanRequest request, Progress progress) {
    PlanJob job = new PlanJob(request, progress);
    AtomicOutput.check(
        files(request.output()), request.force(), List.of(request.config(), job.model.file()));
    Path file = request.output();
    try (WorkFolder work = WorkFolder.create();
        Journal journal = Journal.open(journalFile(file), job.subject())) {
      if (journal.resumed() > 0) {
        progress.message("resumed: " + journal.resumed() + " measurements are known");
      }
      PlanResult result = job.run(journal, work.path());
      journal.remove();
      return result;
    }
  }

  private static Path journalFile(Path output) {
    return output.resolveSibling(output.getFileName() + ".journal");
  }

  /** A digest of all that measurements depend on. */
  private String subject() {
    return Digests.sha256(
        String.join(
            "\n",
            Facekit.VERSION,
            Digests.sha256(model.file()),
            recipe.canonical(),
            calibration.digest(),
            evaluation.digest(),
            Integer.toString(request.images())));
  }

  private PlanResult run(Journal journal, Path work) {
    Recipe int8 = recipe.with(Precision.INT8, List.of());
    QuantPlan plan = Planning.plan(base, int8);
    Calibration calibrated =
        Calibration.run(base, plan, int8, calibration, request.threads(), progress);
    Units units =
        Units.of(
            base, base.nodes().stream().map(Planning::layer).toList(), calibrated.targets().get(0));
    Confirmation confirmation =
        new Confirmation(model, base, recipe, calibration, evaluation, request.threads(), progress);
    Trial trial = trial(plan, calibrated);
    Search search = new Search(units, trial, journal, progress);
    double whole = confirmation.of(int8, calibrated, journal, work);
    double budget = 1 - request.budget();
    Search.Point wide = search.start();
    Search.Point found = wide;
    List<Search.Point> steps = new ArrayList<>();
    double reached = whole;
    if (reached > budget) {
      double limit = MARGIN * budget * found.drift() / whole;
      for (int round = 0; round < ROUNDS && reached > budget; round++) {
        progress.stage("search", 0);
        double reserved = RESERVE * limit;
        List<Search.Point> path = search.grow(wide, reserved, Long.MAX_VALUE);
        steps.addAll(path);
        wide = search.prune(path.isEmpty() ? wide : path.get(path.size() - 1), reserved);
        found = search.narrow(wide, limit);
        reached = confirmation.of(withRules(found, Map.of(), units), journal, work);
        limit = MARGIN * found.drift() * Math.min(1, budget / reached);
      }
    }
    List<Sensitivity> layers = Sensitivity.measure(units, trial, search, journal, progress);
    Recipe planned = withRules(found, reasons(layers), units);
    List<Frontier.Candidate> candidates = new ArrayList<>();
    candidates.add(candidate(Kind.INT8, search.start(), units));
    steps.forEach(p -> candidates.add(candidate(Kind.STEP, p, units)));
    candidates.add(candidate(Kind.PLANNED, found, units));
    candidates.addAll(given(trial, search, units, journal));
    PlanReport report =
        new PlanReport(
            PlanReport.SCHEMA_VERSION,
            Facekit.VERSION,
            String.valueOf(model.file().getFileName()),
            recipe.targets().get(0).id(),
            request.budget(),
            1 - reached,
            Math.min(request.images(), calibration.size()),
            Cpu.name(),
            new Frontier(model, base, calibrated, trial, work, progress).measure(candidates),
            rows(layers, found));
    publish(planned, report);
    return result(planned, report, whole, reached);
  }

  private Frontier.Candidate candidate(Kind kind, Search.Point point, Units units) {
    return new Frontier.Candidate(
        kind,
        withRules(point, Map.of(), units),
        point.layers(),
        (double) point.parameters() / units.parameters(),
        point.drift());
  }

  /** The rules that the recipe had, and what the search finds for the same number of parameters. */
  private List<Frontier.Candidate> given(Trial trial, Search search, Units units, Journal journal) {
    Map<String, Precision> layers =
        Planning.plan(base, recipe).layers().stream()
            .filter(l -> l.requested() != Precision.INT8)
            .collect(Collectors.toMap(LayerPlan::layer, LayerPlan::requested));
    if (layers.isEmpty()) {
      return List.of();
    }
    long parameters =
        base.nodes().stream()
            .filter(n -> WIDE.contains(layers.getOrDefault(n.layer(), Precision.INT8)))
            .flatMap(n -> n.inputs().stream())
            .filter(Value::isConstant)
            .distinct()
            .mapToLong(v -> v.data().elements())
            .sum();
    double drift = journal.get("given " + new TreeMap<>(layers), () -> trial.ofMixed(layers));
    double share = (double) parameters / units.parameters();
    progress.stage("search at equal size", 0);
    List<Search.Point> path = search.grow(search.start(), 0, parameters);
    Search.Point best =
        path.stream().min(Comparator.comparingDouble(Search.Point::drift)).orElse(search.start());
    return List.of(
        new Frontier.Candidate(Kind.GIVEN, recipe, layers, share, drift),
        candidate(Kind.EQUAL_SIZE, best, units));
  }

  private static List<PlanReport.Layer> rows(List<Sensitivity> layers, Search.Point found) {
    return layers.stream()
        .map(
            s ->
                new PlanReport.Layer(
                    s.unit().name(),
                    s.weights(),
                    s.activations(),
                    s.alone(),
                    s.accumulated(),
                    s.promoted(),
                    s.unit().parameters(),
                    found.units().getOrDefault(s.unit(), Precision.INT8)))
        .toList();
  }

  private Trial trial(QuantPlan plan, Calibration calibrated) {
    try (FaceLoader loader =
        new FaceLoader(calibration.sample(request.images()), recipe.contract(), 1)) {
      return new Trial(
          plan,
          calibrated.targets().get(0),
          calibrated.ranges(),
          calibrated.quantizations().get(0),
          ImageSample.of(loader, request.threads(), Facekit.VERSION));
    }
  }

  private Recipe withRules(Search.Point point, Map<Unit, String> reasons, Units units) {
    Map<Unit, Precision> changed = point.units();
    List<Rule> rules = new ArrayList<>();
    for (Unit unit : units.all()) {
      Precision precision = changed.get(unit);
      if (precision != null) {
        for (String select : unit.selectors()) {
          String reason = reasons.getOrDefault(unit, "");
          rules.add(new Rule(Selector.parse(select), precision, reason, select));
        }
      }
    }
    return recipe.with(Precision.INT8, rules);
  }

  private static Map<Unit, String> reasons(List<Sensitivity> layers) {
    return layers.stream()
        .collect(
            Collectors.toMap(
                Sensitivity::unit,
                s ->
                    String.format(
                        Locale.ROOT,
                        "drift %.1e alone; %d parameters",
                        s.alone(),
                        s.unit().parameters())));
  }

  private void publish(Recipe planned, PlanReport report) {
    List<Path> files = files(request.output());
    List<String> texts =
        List.of(
            RecipeWriter.write(planned, request.output(), model.file()),
            ReportJson.write(report),
            ReportHtml.write(report));
    List<OutputFile> outputs = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      outputs.add(OutputFile.of(files.get(i), texts.get(i).getBytes(StandardCharsets.UTF_8)));
    }
    AtomicOutput.writeAll(outputs, request.force(), List.of(request.config(), model.file()));
  }

  /** The recipe, and its tables as JSON and HTML. */
  private static List<Path> files(Path output) {
    String name = String.valueOf(output.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot <= 0 ? name : name.substring(0, dot);
    return List.of(
        output,
        output.resolveSibling(stem + ".plan.json"),
        output.resolveSibling(stem + ".plan.html"));
  }

  private PlanResult result(Recipe planned, PlanReport report, double whole, double reached) {
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("cosineMean, all INT8", 1 - whole, "%.5f"));
    figures.add(figure("cosineMean, planned", 1 - reached, "%.5f"));
    addFigures(figures, report, Kind.PLANNED, "planned");
    addFigures(figures, report, Kind.GIVEN, "given rules");
    addFigures(figures, report, Kind.EQUAL_SIZE, "search at equal size");
    return new PlanResult(
        files(request.output()),
        planned.rules().stream()
            .map(r -> new PlanResult.Rule(r.select().text(), r.precision(), r.reason()))
            .toList(),
        figures,
        reached <= 1 - request.budget() ? List.of() : List.of(missed(reached)));
  }

  private static void addFigures(List<Figure> figures, PlanReport report, Kind kind, String name) {
    PlanReport.Point p = report.point(kind);
    if (p != null) {
      figures.add(figure("drift on the sample, " + name, p.drift(), "%.5f"));
      figures.add(figure("parameters in FP16, " + name, 100 * p.fp16Share(), "%.1f %%"));
      figures.add(figure("speed to FP32, " + name, 1 / p.ratio(), "%.2fx"));
    }
  }

  private Problem missed(double reached) {
    return Problem.of(ErrorId.GATE_ACCURACY, "no plan keeps the budget")
        .at(request.output().toString())
        .found(
            String.format(
                Locale.ROOT, "mean cosine %.5f, budget %s", 1 - reached, request.budget()))
        .hint("the recipe written is the best one found");
  }

  private static Figure figure(String name, double value, String format) {
    return new Figure(name, value, String.format(Locale.ROOT, format, value));
  }
}
