package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.ModelKind;
import io.facekit.quantize.Progress;
import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.drift.GateResult;
import io.facekit.quantize.drift.Gates;
import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.report.Report;
import io.facekit.quantize.report.ReportHtml;
import io.facekit.quantize.report.ReportJson;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.file.AtomicOutput;
import io.facekit.runtime.file.OutputFile;
import io.facekit.runtime.run.Latency;
import io.facekit.runtime.run.Runner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How far one artifact is from another, on faces. */
final class DriftJob {
  private static final List<String> FILES = List.of("report.json", "report.html");
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 30;

  private DriftJob() {}

  static DriftResult run(DriftRequest request, Progress progress) {
    request
        .output()
        .ifPresent(
            o ->
                AtomicOutput.check(
                    files(o), request.force(), List.of(request.reference(), request.candidate())));
    FaceSet faces = FaceSet.scan(request.faces());
    try (Runner reference = open(request.reference());
        Runner candidate = open(request.candidate())) {
      Preprocessing fitted =
          DriftPreprocessing.of(
                  List.of(request.reference(), request.candidate()),
                  request.preprocessing(),
                  progress)
              .sized(reference.inputSize().height(), reference.inputSize().width());
      progress.stage("measure drift", faces.size());
      List<Embeddings> both =
          Embedder.embed(List.of(reference, candidate), faces, fitted, request.threads(), progress);
      Report report = report(request, both, fitted, reference, candidate);
      Optional<Path> page = request.output().map(o -> write(o, report, request.force()));
      return new DriftResult(
          Figures.of(report), Figures.gates(report), page, Gates.problems(report.gates()));
    }
  }

  private static Runner open(Path file) {
    ModelKind kind = ModelKind.detect(file);
    return switch (kind) {
      case ONNX, TFLITE -> ArtifactFiles.openForeign(file, kind);
      default ->
          throw Problem.of(ErrorId.KIND_UNSUPPORTED, "drift compares ONNX and TFLite artifacts")
              .at(file.toString())
              .found(kind.label())
              .hint("facekit export " + file.getFileName() + " -o model.onnx")
              .asException();
    };
  }

  private static Report report(
      DriftRequest request,
      List<Embeddings> both,
      Preprocessing preprocessing,
      Runner reference,
      Runner candidate) {
    String first = String.valueOf(request.reference().getFileName());
    String name = String.valueOf(request.candidate().getFileName());
    name = name.equals(first) ? request.candidate().toString() : name;
    CosineDrift cosine = CosineDrift.of(both.get(0), both.get(1));
    Verification verification = Verification.of(both.get(0), both.get(1));
    boolean verified = verification.genuinePairs() > 0 && verification.impostorPairs() > 0;
    List<Latency.Timing> timings =
        Latency.measure(
            List.of(new Latency.Subject(first, reference), new Latency.Subject(name, candidate)),
            1,
            WARM_UP,
            ROUNDS);
    long size = size(request.candidate());
    List<GateResult> gates =
        Gates.evaluate(
            request.gates(),
            List.of(
                new Gates.Measured(
                    name,
                    cosine,
                    verified ? verification : null,
                    size,
                    timings.get(1).ratioToFirst())));
    return new Report(
        Report.SCHEMA_VERSION,
        Facekit.VERSION,
        new Report.Model(
            first,
            Digests.sha256(request.reference()),
            ModelKind.detect(request.reference()).label(),
            0,
            0,
            preprocessing),
        List.of(
            artifact(request.reference(), first, "fp32", reference, timings.get(0)),
            artifact(request.candidate(), name, "candidate", candidate, timings.get(1))),
        gates,
        List.of(new Report.ArtifactCosine(name, cosine)),
        verified ? List.of(new Report.ArtifactVerification(name, verification)) : List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        "{}",
        verified
            ? List.of()
            : List.of("the images name no identities with several images: no verification figures"),
        "facekit drift " + first + " " + name + " --faces " + request.faces().getFileName());
  }

  private static Report.Artifact artifact(
      Path file, String name, String precision, Runner runner, Latency.Timing timing) {
    return new Report.Artifact(
        name,
        ModelKind.detect(file) == ModelKind.TFLITE ? "tflite" : "onnx",
        precision,
        size(file),
        Digests.sha256(file),
        new Report.Latency(
            timing.median().toNanos() / 1e6,
            timing.ratioToFirst(),
            runner.runtime(),
            1,
            Cpu.name()),
        List.of(1),
        null);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the file cannot be read")
          .at(file.toString())
          .asException(e);
    }
  }

  private static List<Path> files(Path folder) {
    return FILES.stream().map(folder::resolve).toList();
  }

  private static Path write(Path folder, Report report, boolean force) {
    List<Path> files = files(folder);
    AtomicOutput.writeAll(
        List.of(
            OutputFile.of(files.get(0), ReportJson.write(report).getBytes(StandardCharsets.UTF_8)),
            OutputFile.of(files.get(1), ReportHtml.write(report).getBytes(StandardCharsets.UTF_8))),
        force,
        List.of());
    return files.get(1);
  }
}
