package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.onnx.OnnxSummary;
import io.facekit.core.quant.Target;
import io.facekit.core.tflite.ImageInput;
import io.facekit.core.tflite.TfliteSummary;
import io.facekit.core.torch.ModelKind;
import io.facekit.quantize.recipe.PreprocessingJson;
import io.facekit.runtime.face.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What artifacts say of themselves. They say what was demanded of them, not the digits that were
 * measured, which differ from one processor to the next.
 */
final class ArtifactMetadata {
  /** The entry that every artifact has. */
  static final String VERSION = "facekit.version";

  /** Tells TensorFlow Lite that float16 arithmetic is wanted. */
  private static final String REDUCED_PRECISION = "reduced_precision_support";

  private static final String PREPROCESSING = "facekit.preprocessing";

  private ArtifactMetadata() {}

  /** The entries of every artifact, sorted; more may be added. */
  static Map<String, String> of(
      String sourceDigest, Target target, String precision, Optional<Preprocessing> preprocessing) {
    Map<String, String> m = new TreeMap<>();
    m.put(VERSION, Facekit.VERSION);
    m.put("facekit.source.sha256", sourceDigest);
    m.put("facekit.target", target.id());
    m.put("facekit.precision", precision);
    if (target == Target.TFLITE_GPU) {
      m.put(REDUCED_PRECISION, "fp16accfp16");
    }
    preprocessing.ifPresent(p -> m.put(PREPROCESSING, PreprocessingJson.write(p)));
    return m;
  }

  /** The same contract with everything in units of pixel values. */
  static ImageInput imageInput(Preprocessing p) {
    return new ImageInput(
        p.channels() == Preprocessing.Channels.RGB,
        p.height(),
        p.width(),
        p.mean().stream().map(m -> m / p.scale()).toList(),
        p.std().stream().map(s -> s / p.scale()).toList(),
        p.inWords().replace("NCHW", "NHWC"));
  }

  /** Adds how a float artifact was proven against a source of some kind. */
  static void addProof(
      Map<String, String> metadata, boolean torchCheck, ModelKind source, boolean byCosine) {
    String reference = source == ModelKind.ONNX ? "its source in ONNX Runtime" : "libtorch";
    String demanded =
        byCosine
            ? "with cosine >= " + Proof.MIN_COSINE
            : "within " + Proof.TOLERANCE + " of the output range";
    metadata.put(
        "facekit.verified",
        (torchCheck
                ? "equal to " + reference + " " + demanded
                : "not compared with " + reference + "; rows equal")
            + " at batches 1, 2, 5");
  }

  /** The preprocessing that an ONNX or TFLite file asks for, if it says so in facekit's words. */
  static Optional<Preprocessing> preprocessing(Path file, ModelKind kind) {
    byte[] bytes = ArtifactFiles.bytes(file);
    return preprocessing(
        kind == ModelKind.TFLITE
            ? TfliteSummary.of(ByteBuffer.wrap(bytes)).metadata()
            : OnnxSummary.of(bytes).metadata());
  }

  static Optional<Preprocessing> preprocessing(Map<String, String> metadata) {
    return Optional.ofNullable(metadata.get(PREPROCESSING)).flatMap(PreprocessingJson::parse);
  }
}
