package io.facekit.quantize.report;

import io.facekit.core.quant.Precision;
import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.GateResult;
import io.facekit.quantize.drift.Verification;
import io.facekit.runtime.face.Preprocessing;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code report.json} holds. There is no time and no absolute path in it; apart
 * from {@link Latency}, the same inputs give the same bytes. A null component is left out of the
 * JSON and means "not measured".
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param toolVersion of facekit
 * @param artifacts the FP32 artifacts first
 * @param gates empty when the recipe has none
 * @param layers in topological order
 * @param fusion of the ONNX artifacts
 * @param delegation of the TFLite artifacts
 * @param recipe canonical JSON
 * @param reproduce the command line, with paths as the user gave them
 */
public record Report(
    String schemaVersion,
    String toolVersion,
    Model model,
    List<Artifact> artifacts,
    List<GateResult> gates,
    List<ArtifactCosine> cosine,
    List<ArtifactVerification> verification,
    List<Layer> layers,
    List<FusionAudit> fusion,
    List<DelegateAudit> delegation,
    @Nullable Calibration calibration,
    List<Agreement> agreement,
    String recipe,
    List<String> warnings,
    String reproduce) {
  /** The version of the JSON's structure; the major number changes when a reader would break. */
  public static final String SCHEMA_VERSION = "1.0";

  public Report {
    artifacts = List.copyOf(artifacts);
    gates = List.copyOf(gates);
    cosine = List.copyOf(cosine);
    verification = List.copyOf(verification);
    layers = List.copyOf(layers);
    delegation = List.copyOf(delegation);
    fusion = List.copyOf(fusion);
    agreement = List.copyOf(agreement);
    warnings = List.copyOf(warnings);
  }

  /** What the gates say together. */
  public Verdict verdict() {
    if (gates.isEmpty()) {
      return Verdict.NOT_GATED;
    }
    return gates.stream().allMatch(GateResult::passed) ? Verdict.PASS : Verdict.FAIL;
  }

  /** What the gates say together. */
  public enum Verdict {
    PASS,
    FAIL,
    /** The recipe has no gate: everything is measured, nothing is judged. */
    NOT_GATED
  }

  /**
   * The model that was read.
   *
   * @param name file name
   * @param sha256 of the file, lower-case hexadecimal
   * @param kind as {@code facekit inspect} says it
   * @param parameters number of weights
   * @param macs multiply-accumulates for one image
   */
  public record Model(
      String name,
      String sha256,
      String kind,
      long parameters,
      long macs,
      Preprocessing preprocessing) {}

  /**
   * One file that was written.
   *
   * @param file name in the output folder
   * @param target id, for example {@code ort-x86}
   * @param precision in words, for example {@code fp32} or {@code mixed int8/fp16}
   * @param batchesVerified batch sizes at which the rows were the same
   * @param maxAbsDiff largest absolute difference of an embedding value to PyTorch
   */
  public record Artifact(
      String file,
      String target,
      String precision,
      long sizeBytes,
      String sha256,
      @Nullable Latency latency,
      List<Integer> batchesVerified,
      @Nullable Double maxAbsDiff) {
    public Artifact {
      batchesVerified = List.copyOf(batchesVerified);
    }
  }

  /**
   * The only figures that differ from run to run.
   *
   * @param p50Millis median time of one image
   * @param ratioToFp32 median of the interleaved ratios to the FP32 artifact of the same runtime;
   *     null for that artifact itself
   */
  public record Latency(
      double p50Millis, @Nullable Double ratioToFp32, String runtime, int threads, String cpu) {}

  /** Cosine drift of one artifact against the FP32 reference. */
  public record ArtifactCosine(String artifact, CosineDrift drift) {}

  /** Verification with one artifact against the FP32 reference. */
  public record ArtifactVerification(String artifact, Verification verification) {}

  /**
   * One node of the model.
   *
   * @param name module path
   * @param reason why {@code applied} is what it is, in words
   * @param isolatedSqnrDb when only this node is quantized
   * @param accumulatedSqnrDb of this node's output when everything planned is quantized
   * @param output range of the output over the calibration images
   * @param sizeBytes of the weights as stored
   */
  public record Layer(
      String name,
      String type,
      Precision requested,
      Precision applied,
      String reason,
      @Nullable Double isolatedSqnrDb,
      @Nullable Double accumulatedSqnrDb,
      @Nullable Range output,
      long sizeBytes) {}

  /** A closed interval. */
  public record Range(double min, double max) {}

  /**
   * What the runtime made of one ONNX artifact.
   *
   * @param plannedInt8 nodes that were planned to be INT8
   * @param integer nodes of them that run in integer arithmetic
   * @param opCounts ops of the optimized graph
   */
  public record FusionAudit(
      String artifact,
      int plannedInt8,
      int integer,
      List<Leftover> leftovers,
      SortedMap<String, Integer> opCounts) {
    public FusionAudit {
      leftovers = List.copyOf(leftovers);
      opCounts = Collections.unmodifiableSortedMap(new TreeMap<>(opCounts));
    }
  }

  /**
   * What the delegate of a TFLite artifact's target takes, foretold by its rules.
   *
   * @param delegate its name
   * @param operators of the artifact
   * @param taken those that the delegate runs
   * @param partitions in which it runs them
   * @param left the others, with the rule that keeps them
   */
  public record DelegateAudit(
      String artifact,
      String delegate,
      int operators,
      int taken,
      int partitions,
      List<Leftover> left) {
    public DelegateAudit {
      left = List.copyOf(left);
    }
  }

  /** A node that is not run as it was meant to be. */
  public record Leftover(String node, String op, String reason) {}

  /**
   * What the ranges were taken from.
   *
   * @param digest of names and contents of the used images, {@code sha256:…}
   * @param rangeMethod for example {@code mse}
   */
  public record Calibration(
      int requested, int used, List<Skipped> skipped, String digest, String rangeMethod) {
    public Calibration {
      skipped = List.copyOf(skipped);
    }
  }

  /** Images that were not used. */
  public record Skipped(String image, String reason) {}

  /** Cosine between the embeddings of two artifacts for different runtimes. */
  public record Agreement(
      String first, String second, int images, double cosineMean, double cosineMin) {}
}
