package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.convert.TfliteForm;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the artifacts of one plan into a working folder. */
final class Builder {
  private final SourceModel model;
  private final Recipe recipe;
  private final QuantPlan plan;
  private final Map<String, Range> ranges;
  private final String calibrationDigest;
  private final String sourceDigest;
  private final boolean torchCheck;
  private final Path folder;

  Builder(
      SourceModel model,
      Recipe recipe,
      QuantPlan plan,
      Map<String, Range> ranges,
      String calibrationDigest,
      boolean torchCheck,
      Path folder) {
    this.model = model;
    this.recipe = recipe;
    this.plan = plan;
    this.ranges = ranges;
    this.calibrationDigest = calibrationDigest;
    this.sourceDigest = Digests.sha256(model.file());
    this.torchCheck = torchCheck;
    this.folder = folder;
  }

  /** The float artifact of a target. */
  Built fp32(TargetPlan target) {
    return write(fp32Name(model, target.target()), "fp32", target, Quantization.NONE);
  }

  /** The artifact that the plan asks for. */
  Built planned(TargetPlan target, Quantization quantization) {
    return write(
        plannedName(model, plan, target.target()),
        precision(plan, target.target()),
        target,
        quantization);
  }

  static String fp32Name(SourceModel model, Target target) {
    return model.stem() + target.fileSuffix() + target.extension();
  }

  static String plannedName(SourceModel model, QuantPlan plan, Target target) {
    return model.stem() + "-" + precision(plan, target) + target.fileSuffix() + target.extension();
  }

  private static String precision(QuantPlan plan, Target target) {
    if (target.arithmetic() == Target.Arithmetic.FLOAT) {
      return Precision.FP16.id();
    }
    List<Precision> all = plan.layers().stream().map(l -> l.requested()).distinct().toList();
    return all.size() == 1 ? all.get(0).id() : "mixed";
  }

  private Built write(String name, String precision, TargetPlan target, Quantization q) {
    Map<String, String> metadata = metadata(target.target(), precision);
    byte[] bytes =
        target.target().isTflite()
            ? TfliteEmitter.emit(
                target.graph(),
                q,
                metadata,
                new TfliteForm(
                    ArtifactMetadata.imageInput(recipe.contract()),
                    q.precisions().containsValue(Precision.INT8) ? recipe.io() : TensorIo.FLOAT32,
                    target.target().hasDynamicBatch() ? 0 : 1))
            : OnnxEmitter.emit(
                target.graph(),
                q,
                new OnnxOptions(
                    target.target(),
                    OnnxOptions.DEFAULT_OPSET,
                    Facekit.VERSION,
                    metadata,
                    List.of()));
    Path file = folder.resolve(name);
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw Problem.of(ErrorId.OUTPUT_FAILED, "the temporary folder cannot be written")
          .at(folder.toString())
          .asException(e);
    }
    return new Built(
        name, target.target(), precision, file, bytes.length, Digests.sha256(bytes), target, q);
  }

  private Map<String, String> metadata(Target target, String precision) {
    Map<String, String> m =
        ArtifactMetadata.of(sourceDigest, target, precision, Optional.of(recipe.contract()));
    if (precision.equals("fp32")) {
      ArtifactMetadata.addProof(m, torchCheck, model.kind(), model.half());
    } else {
      m.put("facekit.recipe.sha256", Digests.sha256(recipe.canonical()));
      m.put("facekit.plan.sha256", Digests.sha256(plan.toString()));
      m.put("facekit.ranges.sha256", Digests.sha256(ranges.toString()));
      m.put("facekit.calibration", calibrationDigest);
    }
    return m;
  }
}
