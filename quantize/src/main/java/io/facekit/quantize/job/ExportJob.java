package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.convert.TfliteForm;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.Progress;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import io.facekit.runtime.file.AtomicOutput;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.Runner.ImageSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One float artifact, proven equal to PyTorch before it gets its name. */
final class ExportJob {
  private ExportJob() {}

  static ExportResult run(ExportRequest request, Progress progress) {
    AtomicOutput.check(List.of(request.output()), request.force(), List.of(request.model()));
    SourceModel model = SourceModel.read(request.model(), request.inputSize());
    model.notes().forEach(progress::message);
    try (Runner torch = request.torchCheck() ? model.reference().start(model.size()) : null) {
      Graph graph = model.graph().copy();
      Pipelines.run(Pipelines.forTarget(request.target()), graph);
      Optional<Preprocessing> known = known(request, model, progress);
      Preprocessing preprocessing = preprocessing(known, model);
      Proof proof =
          new Proof(
              Probe.of(model, preprocessing, request.faces()), model.half() || request.fp16());
      List<Check> checks = new ArrayList<>();
      Map<String, String> metadata = metadata(request, model, known, torch != null);
      byte[] bytes = emit(request, graph, metadata, known);
      AtomicOutput.write(
          request.output(),
          bytes,
          request.force(),
          file -> verify(request, file, proof, torch, checks));
      return new ExportResult(
          new Artifact(request.output(), bytes.length, Digests.sha256(bytes)), checks);
    }
  }

  private static void verify(
      ExportRequest request, Path file, Proof proof, @Nullable Runner torch, List<Check> checks) {
    String name = String.valueOf(request.output().getFileName());
    try (Runner runner = ArtifactFiles.open(file, 1, request.target())) {
      proof.checkRows(name, runner);
      checks.add(new Check("batches 1, 2, 5 give the same rows", true, "in " + runner.runtime()));
      if (torch != null) {
        proof.require(name, proof.rows(torch), torch.runtime(), runner, checks);
      }
    }
  }

  private static byte[] emit(
      ExportRequest request,
      Graph graph,
      Map<String, String> metadata,
      Optional<Preprocessing> known) {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    if (request.fp16()) {
      graph.nodes().stream().map(Node::name).forEach(n -> precisions.put(n, Precision.FP16));
    }
    Quantization quantization = new Quantization(precisions, Map.of(), Map.of());
    return request.target().isTflite()
        ? TfliteEmitter.emit(
            graph,
            quantization,
            metadata,
            new TfliteForm(
                known.map(ArtifactMetadata::imageInput).orElse(null),
                TensorIo.FLOAT32,
                request.batch()))
        : OnnxEmitter.emit(
            graph,
            quantization,
            new OnnxOptions(
                request.target(), request.opset(), Facekit.VERSION, metadata, List.of()));
  }

  private static Map<String, String> metadata(
      ExportRequest request, SourceModel model, Optional<Preprocessing> known, boolean compared) {
    Map<String, String> m =
        ArtifactMetadata.of(
            Digests.sha256(request.model()),
            request.target(),
            request.fp16() ? "fp16" : "fp32",
            known);
    ArtifactMetadata.addProof(m, compared, model.kind(), model.half() || request.fp16());
    return m;
  }

  /** What the user says, or the model. */
  private static Optional<Preprocessing> known(
      ExportRequest request, SourceModel model, Progress progress) {
    if (request.preprocessing().isPresent()) {
      ImageSize size = model.size();
      return request.preprocessing().map(n -> preset(n).sized(size.height(), size.width()));
    }
    Optional<ToldPreprocessing> told = ToldPreprocessing.of(model);
    told.ifPresent(t -> progress.message(t.notice("--preprocessing changes it")));
    return told.map(ToldPreprocessing::preprocessing);
  }

  private static Preprocessing preprocessing(Optional<Preprocessing> known, SourceModel model) {
    ImageSize size = model.size();
    Preprocessing usual =
        (model.takesBytes() ? PreprocessingPreset.RAW : PreprocessingPreset.MOBILEFACENET)
            .preprocessing();
    Preprocessing base = known.orElse(usual);
    boolean fits = size.height() <= usual.height() && size.width() <= usual.width();
    return new Preprocessing(
        size.height(),
        size.width(),
        base.channels(),
        base.scale(),
        base.mean(),
        base.std(),
        fits ? Preprocessing.Fit.CROP : Preprocessing.Fit.RESIZE);
  }

  static Preprocessing preset(String name) {
    return PreprocessingPreset.named(name)
        .map(PreprocessingPreset::preprocessing)
        .orElseThrow(
            () ->
                Problem.of(ErrorId.USAGE, "there is no preprocessing named '" + name + "'")
                    .at("--preprocessing")
                    .found("known names: " + String.join(", ", PreprocessingPreset.names()))
                    .asException());
  }
}
