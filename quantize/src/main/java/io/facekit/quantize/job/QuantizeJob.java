package io.facekit.quantize.job;

import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.drift.Gates;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.report.Report;
import io.facekit.quantize.report.ReportHtml;
import io.facekit.quantize.report.ReportJson;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.file.AtomicOutput;
import io.facekit.runtime.file.OutputFile;
import io.facekit.runtime.file.WorkFolder;
import io.facekit.runtime.run.Runner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The main job: a recipe in; artifacts, and a report that says how well they match, out. */
final class QuantizeJob {
  private final QuantizeRequest request;
  private final Progress progress;
  private final Recipe recipe;
  private final SourceModel model;
  private final Path output;

  private QuantizeJob(QuantizeRequest request, Progress progress) {
    this.request = request;
    this.progress = progress;
    RecipeModel both = RecipeModel.read(request.config(), request.model(), progress);
    this.recipe = request.io().map(both.recipe()::with).orElse(both.recipe());
    this.model = both.model();
    this.output = request.output().or(recipe::output).orElse(Path.of("out"));
  }

  static QuantizeResult run(QuantizeRequest request, Progress progress) {
    QuantizeJob job = new QuantizeJob(request, progress);
    try (WorkFolder work = WorkFolder.create()) {
      return job.run(work.path());
    }
  }

  private QuantizeResult run(Path work) {
    Graph base = model.graph().copy();
    Pipelines.run(Pipelines.QUANTIZED, base);
    QuantPlan plan = Planning.plan(base, recipe);
    plan.warnings().forEach(progress::warning);
    FaceSet calibration = FaceSets.of(recipe.calibration());
    Optional<FaceSet> evaluation = recipe.evaluation().map(FaceSets::of);
    AtomicOutput.check(expectedFiles(plan), request.force(), List.of(model.file()));
    Dumps.check(request.dumpAfter());
    checkIo(base, plan);
    model.notes().forEach(progress::message);
    try (Runner torch = request.torchCheck() ? model.reference().start(model.size()) : null) {
      Calibration calibrated =
          Calibration.run(base, plan, recipe, calibration, request.threads(), progress);
      Map<String, Range> ranges = calibrated.ranges();
      String digest = "sha256:" + calibration.digest();
      Builder builder = new Builder(model, recipe, plan, ranges, digest, torch != null, work);
      List<Built> built = build(builder, calibrated);
      List<Check> checks = new ArrayList<>();
      List<Path> dumps = Dumps.write(request.dumpAfter(), work, base, calibrated.targets(), ranges);
      FaceSet faces = evaluation.orElse(calibration);
      LayerFindings layers = LayerFindings.of(built, faces, recipe, progress);
      List<Runner> runners = new ArrayList<>();
      try {
        built.forEach(b -> runners.add(ArtifactFiles.open(b.file(), 1, b.target())));
        Map<String, Double> differences = prove(built, runners, torch, checks);
        Evaluation evaluated =
            Evaluation.run(built, runners, faces, recipe, request.threads(), layers, progress);
        Report.Calibration accounting =
            new Report.Calibration(
                recipe.calibration().samples().orElse(calibration.size()),
                calibration.size() - calibrated.skipped().size(),
                calibrated.skipped().stream()
                    .map(s -> new Report.Skipped(s.name(), s.reason()))
                    .toList(),
                digest,
                recipe.methods().ranges().id());
        Report report =
            ReportAssembly.assemble(
                model, recipe, plan, built, evaluated, accounting, ranges, differences);
        return publish(report, built, checks, dumps);
      } finally {
        runners.forEach(Runner::close);
      }
    }
  }

  /** Before anything is calibrated. */
  private void checkIo(Graph base, QuantPlan plan) {
    for (Target t : recipe.targets()) {
      TargetPlan target = TargetPlan.of(base, plan, t);
      if (t.isTflite() && target.precisions().containsValue(Precision.INT8)) {
        TfliteEmitter.checkEnds(
            target.graph(), new Quantization(target.precisions(), Map.of(), Map.of()), recipe.io());
      }
    }
  }

  private List<Path> expectedFiles(QuantPlan plan) {
    List<String> names = new ArrayList<>(List.of("report.json", "report.html"));
    for (Target t : recipe.targets()) {
      if (isPublished(true, t)) {
        names.add(Builder.fp32Name(model, t));
      }
      names.add(Builder.plannedName(model, plan, t));
    }
    return names.stream().map(output::resolve).toList();
  }

  /** The float ONNX first: it is the reference of everything else. */
  private static List<Built> build(Builder builder, Calibration c) {
    List<Built> built = new ArrayList<>();
    for (int i = 0; i < c.targets().size(); i++) {
      built.add(builder.fp32(c.exact().get(i)));
      built.add(builder.planned(c.targets().get(i), c.quantizations().get(i)));
    }
    return built;
  }

  /** The largest difference of any output to PyTorch, by float artifact. */
  private Map<String, Double> prove(
      List<Built> built, List<Runner> runners, @Nullable Runner torch, List<Check> checks) {
    Proof proof = new Proof(Probe.of(model, recipe.contract(), Optional.empty()), model.half());
    progress.stage("compare with the source", 0);
    List<float[]> reference = torch == null ? List.of() : proof.rows(torch);
    Map<String, Double> differences = new LinkedHashMap<>();
    for (int i = 0; i < built.size(); i++) {
      Built b = built.get(i);
      proof.checkRows(b.name(), runners.get(i));
      if (b.isFloat() && torch != null) {
        Proof.Measured m =
            proof.require(b.name(), reference, torch.runtime(), runners.get(i), checks);
        differences.put(b.name(), m.maxAbsolute());
      }
    }
    return differences;
  }

  private QuantizeResult publish(
      Report report, List<Built> built, List<Check> checks, List<Path> dumps) {
    boolean rejected = report.verdict() == Report.Verdict.FAIL;
    Path folder = rejected ? output.resolve("rejected") : output;
    List<OutputFile> files = new ArrayList<>();
    List<Artifact> artifacts = new ArrayList<>();
    for (Built b : built) {
      if (isPublished(b.isFloat(), b.target())) {
        Path target = folder.resolve(b.name());
        files.add(
            OutputFile.of(target, ArtifactFiles.bytes(b.file())).verifiedBy(f -> reopen(f, b)));
        artifacts.add(new Artifact(target, b.sizeBytes(), b.sha256()));
      }
    }
    dumps.forEach(
        d -> files.add(OutputFile.of(folder.resolve(d.getFileName()), ArtifactFiles.bytes(d))));
    files.add(text(folder.resolve("report.json"), ReportJson.write(report)));
    Path page = folder.resolve("report.html");
    files.add(text(page, ReportHtml.write(report)));
    AtomicOutput.writeAll(files, request.force() || rejected, List.of(model.file()));
    return new QuantizeResult(
        folder,
        artifacts,
        checks,
        Figures.of(report),
        Figures.gates(report),
        Optional.of(page),
        Gates.problems(report.gates()));
  }

  /** The float TFLite file is only there to measure against. */
  private static boolean isPublished(boolean isFloat, Target target) {
    return !(isFloat && target.isTflite());
  }

  private static void reopen(Path file, Built b) {
    if (!Digests.sha256(file).equals(b.sha256())) {
      throw Problem.of(ErrorId.VERIFY_FORMAT, "the file is not what was written")
          .at(file.toString())
          .asException();
    }
    ArtifactFiles.open(file, 1, b.target()).close();
  }

  private static OutputFile text(Path file, String content) {
    return OutputFile.of(file, content.getBytes(StandardCharsets.UTF_8));
  }
}
