package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.core.torch.TorchScriptWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What facekit says about the sample and about what it made of it. */
class InspectTest {
  @TempDir static Path folder;

  @BeforeAll
  static void export() {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      Run run =
          Facekit.inProcess(
              "export",
              Facekit.SAMPLE,
              "-o",
              folder.resolve(name),
              "--no-torch-check",
              "--preprocessing",
              "foamliu");
      assertThat(run.exit()).as(run.err()).isZero();
    }
  }

  private static Run inspect(Path file) {
    Run run = Facekit.inProcess("inspect", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run;
  }

  /** The text behind a label. */
  private static String field(Run run, String label) {
    return run.out()
        .lines()
        .filter(line -> line.startsWith(label + " "))
        .map(line -> line.substring(label.length()).strip())
        .findFirst()
        .orElse("none");
  }

  @Test
  void aPyTorchModel() {
    assertThat(inspect(Facekit.SAMPLE).out())
        .isEqualTo(
            """
            kind           TorchScript archive, traced
            producer       PyTorch 2.1 or later, archive version 3
            architecture   TreB1eN MobileFaceNet, 512-d, preprocessing one of treb1en, cavaface, \
            facex-zoo, faceplugin
            batch          dynamic, traced with 1
            input          input f32[batch,3,112,112]
            output         linear f32[batch,512]
            layers         50 with weights, 96 operators
            parameters     1.19 M (1,190,336)
            weights        float32 1.22 M (4.88 MB)
            MACs           221 M (221,161,984)
            operators      Add 12, Conv 49, Flatten 1, Gemm 1, PRelu 33
            unsupported    nothing
            """);
  }

  @Test
  void anOnnxModel() {
    assertThat(inspect(folder.resolve("p.onnx")).out())
        .isEqualTo(
            """
            kind           ONNX model, opset 17
            producer       facekit %s
            preprocessing  112x112 RGB, (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], NCHW
            batch          dynamic
            input          input float [batch, 3, 112, 112]
            output         output float [batch, 512]
            layers         50 with weights, 96 operators
            parameters     1.19 M (1,190,336)
            weights        float32 1.19 M (4.76 MB)
            MACs           221 M (221,161,984)
            operators      Add 12, Conv 49, Flatten 1, Gemm 1, PRelu 33
            unsupported    nothing
            """
                .formatted(io.facekit.core.Facekit.VERSION));
  }

  @Test
  void anOnnxModelOfAnotherExporterAlsoAsASource() {
    Path file = Facekit.shared().resolve("models/faceplugin-fr_feature.onnx");
    Assumptions.assumeTrue(Files.exists(file));
    Run run = inspect(file);
    assertThat(field(run, "producer")).startsWith("pytorch");
    assertThat(field(run, "batch")).isEqualTo("fixed at 1");
    assertThat(field(run, "MACs")).isEqualTo("221 M (221,161,984)");
    assertThat(field(run, "unsupported")).isEqualTo("nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p-traced-113.pt | TorchScript archive, traced | PyTorch 1.4 to 2.0, archive version 3",
        "p-scripted-213.pt | TorchScript archive, scripted | PyTorch 2.1 or later, archive version 4",
        "p-frozen-213.pt | TorchScript archive, traced and frozen | PyTorch 2.1 or later, archive version 3",
        "p-export-213.pt2 | torch.export program (.pt2) | PyTorch 2.13.0+cpu, export schema 8.20",
        "p-checkpoint-half-213.tar | PyTorch checkpoint (state_dict, no graph) | PyTorch 2.7 or later, archive version 3",
        "p-state-dict-legacy-half.pth | PyTorch checkpoint in the format before 1.6 (no graph) | none",
      })
  void theProducer(String file, String kind, String producer) {
    Path model = Facekit.shared().resolve("models/torch").resolve(file);
    Assumptions.assumeTrue(Files.exists(model));
    Run run = Facekit.inProcess("inspect", model, "-q");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(field(run, "kind")).isEqualTo(kind);
    assertThat(field(run, "producer")).isEqualTo(producer);
    String type = file.contains("half") ? "float16 1.22 M (2.44 MB)" : "float32 1.";
    assertThat(field(run, "weights")).startsWith(type);
  }

  @Test
  void theLayersOfEachFormat() {
    assertThat(layers(Facekit.SAMPLE))
        .startsWith(
            """
            layer                        op    output                parameters    MACs
            conv1.conv                   Conv  f32[batch,64,56,56]        1,792  5.42 M
            """)
        .endsWith(
            """
            linear                       Gemm  f32[batch,512]           262,656   262 k
            """)
        .hasLineCount(51);
    assertThat(layers(folder.resolve("p.onnx"))).hasLineCount(51).contains("\nlinear ");
    assertThat(layers(folder.resolve("p.tflite")))
        .hasLineCount(51)
        .contains("  DEPTHWISE_CONV_2D  float32[?,56,56,64]          640  1.81 M\n");
  }

  private static String layers(Path file) {
    Run run = Facekit.inProcess("inspect", file, "--layers");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).startsWith(inspect(file).out());
    return run.out().substring(run.out().indexOf("\n\n") + 2);
  }

  /** The sample with an operator that nothing lowers in place of its activations. */
  private static Path unsupported() throws IOException {
    TorchProgram p = TorchScriptReader.read(Facekit.SAMPLE);
    List<Call> calls =
        p.calls().stream()
            .map(
                c ->
                    c.op().equals("aten::prelu")
                        ? new Call(
                            "aten::celu",
                            c.args().subList(0, 1),
                            c.kwargs(),
                            c.results(),
                            c.scope(),
                            c.at())
                        : c)
            .toList();
    return Files.write(
        folder.resolve("celu.pt"),
        TorchScriptWriter.write(
            new TorchProgram(
                p.inputs(), calls, p.outputs(), p.archive(), p.training(), p.parameters())));
  }

  @Test
  void everythingElseIsStillSaidOfAModelWithUnsupportedOperators() throws IOException {
    Path file = unsupported();
    Run run = inspect(file);
    assertThat(run.out())
        .startsWith(
            """
            kind           TorchScript archive, traced
            producer       PyTorch 2.1 or later, archive version 10
            """)
        .contains("\nweights        float32 1.21 M (4.85 MB)\n")
        .contains("aten::celu 33")
        .contains(
            """
            unsupported    1
                           FK-TS-003: operator aten::celu has no lowering
                             33 calls
                             celu.pt!code/__torch__.py:""")
        .containsPattern(" and 23 more\n$");

    Run only = Facekit.inProcess("inspect", file, "--unsupported");
    assertThat(only.exit()).isEqualTo(4);
    assertThat(only.out()).isEmpty();
    assertThat(only.err()).startsWith("error FK-TS-003: operator aten::celu has no lowering");

    JsonNode json = new ObjectMapper().readTree(Facekit.inProcess("inspect", file, "--json").out());
    assertThat(json.at("/unsupported/0/found").asText()).isEqualTo("33 calls");
    assertThat(json.at("/operators/aten::celu").asInt()).isEqualTo(33);
    assertThat(json.at("/weights/0/type").asText()).isEqualTo("float32");
    assertThat(json.has("macs")).isFalse();
  }

  @Test
  void weightsOfNoKnownArchitectureAreStillCounted() throws IOException {
    Path file = SampleWeights.unknown(folder.resolve("unknown.safetensors"));
    Run run = inspect(file);
    assertThat(field(run, "kind")).isEqualTo("safetensors file (no graph)");
    assertThat(field(run, "producer")).isEqualTo("format pt");
    assertThat(field(run, "weights")).isEqualTo("float32 1.22 M (4.88 MB)");
    assertThat(run.out()).contains("FK-AR-001: the file holds weights but no graph");
    assertThat(Facekit.inProcess("inspect", file, "--unsupported").exit()).isEqualTo(4);
  }

  @Test
  void aRecognisedArchitectureShowsItsPreprocessing() throws IOException {
    Path file = SampleWeights.cavaface(folder.resolve("cavaface.safetensors"));
    Run run = Facekit.inProcess("inspect", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("the weights are those of cavaface MobileFaceNet");
    assertThat(field(run, "architecture")).isEqualTo("cavaface MobileFaceNet, 512-d");
    assertThat(field(run, "preprocessing")).isEqualTo("112x112 RGB, (x / 255 - 0.5) / 0.5, NCHW");
    assertThat(field(run, "batch")).isEqualTo("dynamic");
  }

  /** Programs read these; new ones may come, none may go. */
  @Test
  void theKeysOfTheJson() throws IOException {
    String page = Files.readString(Facekit.ROOT.resolve("docs/inspect.md"));
    for (Path file :
        List.of(Facekit.SAMPLE, folder.resolve("p.onnx"), folder.resolve("p.tflite"))) {
      Run run = Facekit.inProcess("inspect", file, "--layers", "--json");
      assertThat(run.exit()).as(run.err()).isZero();
      JsonNode json = new ObjectMapper().readTree(run.out());
      assertThat(json.fieldNames())
          .toIterable()
          .contains("kind", "producer", "batch", "inputs", "outputs", "nodes", "layerCount")
          .contains("parameters", "weights", "macs", "operators", "layers", "unsupported")
          .allSatisfy(key -> assertThat(page).contains("| `" + key));
      assertThat(json.get("layerCount").asInt()).isEqualTo(50);
      assertThat(json.get("layers")).hasSize(50);
      assertThat(json.at("/layers/0/parameters").asInt()).isEqualTo(1792);
      assertThat(json.at("/layers/0/macs").asInt()).isEqualTo(5_419_008);
      assertThat(json.at("/batch/dynamic").asBoolean()).isTrue();
      assertThat(json.at("/weights/0/bytes").asLong())
          .isEqualTo(4 * json.at("/weights/0/elements").asLong());
    }
  }

  @Test
  void thePreprocessingOfAnArtifact() throws Exception {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      assertThat(field(inspect(folder.resolve(name)), "preprocessing"))
          .isEqualTo(
              "112x112 RGB, (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], NCHW");
      String json = Facekit.inProcess("inspect", folder.resolve(name), "--json").out();
      JsonNode stated = new ObjectMapper().readTree(json).get("preprocessing");
      assertThat(stated.get("channels").asText()).isEqualTo("RGB");
      assertThat(stated.at("/mean/1").asDouble()).isEqualTo(0.456);
      assertThat(stated.at("/size/0").asInt()).isEqualTo(112);
    }
  }

  @Test
  void aTfliteModel() {
    assertThat(inspect(folder.resolve("p.tflite")).out())
        .isEqualTo(
            """
            kind           TFLite model
            producer       facekit
            preprocessing  112x112 RGB, (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], NCHW
            batch          dynamic
            input          input: float32[?,112,112,3]
            output         output: float32[?,512]
            layers         50 with weights, 99 operators
            parameters     1.19 M (1,190,336)
            weights        float32 1.19 M (4.76 MB)
            MACs           221 M (221,161,984)
            operators      ADD 12, CONV_2D 32, DEPTHWISE_CONV_2D 17, FULLY_CONNECTED 1, PAD 4, PRELU 33
            xnnpack        all operators in 1 partition
            gpu            all operators in 1 partition
            nnapi          all operators in 1 partition
            hexagon        0 of 99 operators; 66 left: the Hexagon delegate computes in 8-bit integers only
            edgetpu        0 of 99 operators; 99 left: the Edge TPU computes in 8-bit integers only
            unsupported    nothing
            """);
  }

  @Test
  void theWholeGraph() throws Exception {
    assertThat(Facekit.inProcess("inspect", folder.resolve("p.tflite"), "--graph").out())
        .contains(
            "\n\nin  input: float32[?,112,112,3]\n",
            "conv1.prelu: float32[?,56,56,64] = PRELU(conv1.conv, conv1.prelu.weight: float32",
            "\nout output\n");
    for (Path file : new Path[] {Facekit.SAMPLE, folder.resolve("p.onnx")}) {
      assertThat(Facekit.inProcess("inspect", file, "--graph").out())
          .contains(
              "\n\ninput input: f32[batch,3,112,112]\n", "\nconv1.prelu = PRelu(conv1.conv, ");
    }
    String json =
        Facekit.inProcess("inspect", folder.resolve("p.tflite"), "--graph", "--json").out();
    assertThat(new ObjectMapper().readTree(json).get("graph")).hasSize(101);
  }

  @Test
  void whatADelegateLeavesAndWhy() throws Exception {
    String json = Facekit.inProcess("inspect", folder.resolve("p.tflite"), "--json").out();
    JsonNode all = new ObjectMapper().readTree(json).get("delegates");
    assertThat(all.findValuesAsText("delegate"))
        .containsExactly("xnnpack", "gpu", "nnapi", "hexagon", "edgetpu");
    assertThat(all.at("/0/left")).isEmpty();
    assertThat(all.at("/0/partitions").asInt()).isEqualTo(1);
    assertThat(all.at("/3/taken").asInt()).isZero();
    assertThat(all.at("/3/left/2/op").asText()).isEqualTo("PRELU");
    assertThat(all.at("/3/left/2/rule").asText()).isEqualTo("the Hexagon delegate has no PRELU");
  }

  @Test
  void damagedModelsAreRefusedAsModels() throws IOException {
    for (String name : new String[] {"p.onnx", "p.tflite"}) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      Path cut = folder.resolve("cut-" + name);
      Files.write(cut, Arrays.copyOf(bytes, bytes.length / 3));
      Run run = Facekit.inProcess("inspect", cut);
      assertThat(run.exit()).as(run.err()).isEqualTo(4);
      assertThat(run.err()).startsWith("error FK-").contains("cut-" + name);
      assertThat(run.out()).isEmpty();
    }
  }

  /** The structure is sound: one size in the shape of the input is another. */
  @Test
  void anInconsistentTfliteModelIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("p.tflite"));
    ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int shape = Facekit.indexOf(ints, 4, 1, 112, 112, 3);
    ints.putInt(shape + 8, 111);
    Path file = Files.write(folder.resolve("inconsistent.tflite"), bytes);
    Run run = Facekit.inProcess("inspect", file);
    assertThat(run.exit()).as(run.err()).isEqualTo(4);
    assertThat(run.err())
        .startsWith("error FK-IN-003: the TFLite model is damaged")
        .contains("inconsistent.tflite, subgraph 0, tensor 0")
        .contains("dimension 1 is 111, in the signature 112");
    assertThat(run.out()).isEmpty();
  }
}
