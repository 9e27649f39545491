package io.facekit.quantize.report;

import io.facekit.core.quant.Precision;
import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.Embeddings;
import io.facekit.quantize.drift.Faces;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import io.facekit.quantize.drift.Gates;
import io.facekit.quantize.drift.Gates.Measured;
import io.facekit.quantize.drift.SqnrDb;
import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.report.Report.Agreement;
import io.facekit.quantize.report.Report.Artifact;
import io.facekit.quantize.report.Report.ArtifactCosine;
import io.facekit.quantize.report.Report.ArtifactVerification;
import io.facekit.quantize.report.Report.Calibration;
import io.facekit.quantize.report.Report.DelegateAudit;
import io.facekit.quantize.report.Report.FusionAudit;
import io.facekit.quantize.report.Report.Latency;
import io.facekit.quantize.report.Report.Layer;
import io.facekit.quantize.report.Report.Leftover;
import io.facekit.quantize.report.Report.Model;
import io.facekit.quantize.report.Report.Range;
import io.facekit.quantize.report.Report.Skipped;
import io.facekit.runtime.face.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A report with invented, plausible figures. */
final class DemoReport {
  private static final String INT8_ONNX = "mobilefacenet.int8.ort-x86.onnx";
  private static final String INT8_TFLITE = "mobilefacenet.int8.xnnpack.tflite";

  private DemoReport() {}

  static Report passing() {
    return report("mobilefacenet.pt", 0.98);
  }

  static Report failing() {
    return report("mobilefacenet.pt", 0.999);
  }

  /** Nothing measured, nothing judged. */
  static Report bare() {
    return new Report(
        Report.SCHEMA_VERSION,
        "0.1.0",
        model("bare.pt"),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        "{}",
        List.of(),
        "facekit export bare.pt -o bare.onnx");
  }

  static Report report(String modelName, double cosineMean) {
    Faces faces = new Faces(260, 4, 48, 0.8, 11);
    Embeddings reference = faces.reference();
    Embeddings onnx = faces.candidate(0.1, 12);
    Embeddings tflite = faces.candidate(0.13, 13);
    CosineDrift onnxDrift = CosineDrift.of(reference, onnx);
    CosineDrift tfliteDrift = CosineDrift.of(reference, tflite);
    Verification onnxPairs = Verification.of(reference, onnx);
    Verification tflitePairs = Verification.of(reference, tflite);
    GateLimits limits =
        new GateLimits(cosineMean, 0.95, null, List.of(new TarDrop(1e-4, 3.0)), 1_600_000L, 0.9);
    CosineDrift between = CosineDrift.of(onnx, tflite);
    return new Report(
        Report.SCHEMA_VERSION,
        "0.1.0",
        model(modelName),
        artifacts(),
        Gates.evaluate(
            limits,
            List.of(
                new Measured(INT8_ONNX, onnxDrift, onnxPairs, 1_184_231L, 0.41),
                new Measured(INT8_TFLITE, tfliteDrift, tflitePairs, 1_164_988L, 0.37))),
        List.of(
            new ArtifactCosine(INT8_ONNX, onnxDrift), new ArtifactCosine(INT8_TFLITE, tfliteDrift)),
        List.of(
            new ArtifactVerification(INT8_ONNX, onnxPairs),
            new ArtifactVerification(INT8_TFLITE, tflitePairs)),
        layers(),
        List.of(
            new FusionAudit(
                INT8_ONNX,
                34,
                33,
                List.of(new Leftover("conv_34.residual.2.add", "Add", "one input stayed in float")),
                new TreeMap<>(
                    Map.of(
                        "QLinearConv",
                        33,
                        "PRelu",
                        32,
                        "QuantizeLinear",
                        36,
                        "Conv",
                        18,
                        "Gemm",
                        1)))),
        List.of(
            new DelegateAudit(
                INT8_TFLITE,
                "xnnpack",
                168,
                167,
                1,
                List.of(
                    new Leftover(
                        "embedding", "L2_NORMALIZATION", "XNNPACK has no such operator")))),
        new Calibration(
            512,
            509,
            List.of(
                new Skipped("person-0031/4.jpg", "cannot be decoded: unexpected end of the file"),
                new Skipped("person-0044/1.png", "96 × 112, the model takes 112 × 112"),
                new Skipped("person-0090/2.jpg", "the same content as person-0090/1.jpg")),
            "sha256:" + "4e".repeat(32),
            "mse"),
        List.of(
            new Agreement(INT8_ONNX, INT8_TFLITE, between.images(), between.mean(), between.min())),
        "{\"calibration\":{\"images\":\"faces\",\"ranges\":\"mse\",\"samples\":512},\"precision\":"
            + "{\"default\":\"int8\",\"rules\":[{\"precision\":\"fp16\",\"reason\":\"stem\","
            + "\"select\":\"conv1.**\"}]},\"targets\":[\"ort-x86\",\"tflite-xnnpack\"]}",
        List.of(
            "3 of 512 calibration images were skipped",
            "conv_34.residual.2.add was planned to be INT8 and runs in float"),
        "facekit quantize mobilefacenet.pt --config mixed.yaml --faces faces -o release");
  }

  private static Model model(String name) {
    return new Model(
        name,
        "9f".repeat(32),
        "TorchScript",
        993_568,
        221_186_560,
        new Preprocessing(
            112,
            112,
            Preprocessing.Channels.RGB,
            1,
            List.of(127.5, 127.5, 127.5),
            List.of(127.5, 127.5, 127.5),
            Preprocessing.Fit.CROP));
  }

  private static List<Artifact> artifacts() {
    String ort = "ONNX Runtime 1.26.0";
    String lite = "TensorFlow Lite 2.21.0";
    String cpu = "Example CPU @ 2.10GHz";
    List<Integer> batches = List.of(1, 2, 5);
    return List.of(
        new Artifact(
            "mobilefacenet.onnx",
            "onnx",
            "fp32",
            4_014_236,
            "01".repeat(32),
            new Latency(7.93, null, ort, 1, cpu),
            batches,
            8.3e-7),
        new Artifact(
            INT8_ONNX,
            "ort-x86",
            "mixed int8/fp16",
            1_184_231,
            "23".repeat(32),
            new Latency(3.25, 0.41, ort, 1, cpu),
            batches,
            0.0412),
        new Artifact(
            "mobilefacenet.tflite",
            "tflite-xnnpack",
            "fp32",
            4_003_112,
            "45".repeat(32),
            new Latency(8.21, null, lite, 1, cpu),
            batches,
            9.1e-7),
        new Artifact(
            INT8_TFLITE,
            "tflite-xnnpack",
            "mixed int8/fp16",
            1_164_988,
            "67".repeat(32),
            new Latency(3.04, 0.37, lite, 1, cpu),
            List.of(1, 2),
            0.0457));
  }

  private static List<Layer> layers() {
    Random random = new Random(3);
    List<Layer> layers = new ArrayList<>();
    double accumulated = 46;
    for (int i = 0; i < 60; i++) {
      String[] kinds = {"conv.conv", "conv_dw.conv", "project.conv"};
      boolean depthwise = i % 3 == 1;
      boolean stem = i < 2;
      boolean last = i == 59;
      Precision applied =
          last ? Precision.FP32 : stem || depthwise ? Precision.FP16 : Precision.INT8;
      double isolated =
          switch (applied) {
            case INT8 -> 33 + 6 * random.nextGaussian();
            case INT8_WEIGHTS -> 45 + 3 * random.nextGaussian();
            case FP16 -> 68 + 3 * random.nextGaussian();
            case FP32 -> 200;
          };
      accumulated += -0.4 + 1.1 * random.nextGaussian() - (applied == Precision.INT8 ? 0.5 : -0.4);
      double max = 2 + 4 * random.nextDouble();
      layers.add(
          new Layer(
              stem
                  ? "conv" + (i + 1) + ".conv"
                  : last ? "linear" : "conv_" + (i / 6 + 2) + "." + i % 6 + "." + kinds[i % 3],
              last ? "Gemm" : "Conv",
              last || stem || depthwise ? applied : Precision.INT8,
              i == 30 ? Precision.FP32 : applied,
              i == 30
                  ? "residual sum with a float input: integer here would only add two conversions"
                  : last
                      ? "rule 3: last:2, embedding head"
                      : stem
                          ? "rule 1: conv1.**, stem"
                          : depthwise ? "rule 2: depthwise" : "default of the recipe",
              i == 30 ? SqnrDb.EXACT : isolated,
              accumulated,
              new Range(-max * random.nextDouble(), max),
              (applied == Precision.INT8 ? 1 : 2) * (long) (400 + random.nextInt(30_000))));
    }
    return layers;
  }

  /** File name for the picture of this report. */
  static String file(Report report) {
    return "report-" + report.verdict().name().toLowerCase(Locale.ROOT) + ".html";
  }
}
