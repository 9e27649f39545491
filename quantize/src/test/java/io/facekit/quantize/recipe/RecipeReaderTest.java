package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Target;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.recipe.Recipe.ImageSet;
import io.facekit.quantize.select.Rule;
import io.facekit.quantize.select.Selector;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReaderTest {
  private static final Path FOLDER = Path.of("folder");

  @Test
  void fillsInDefaults() {
    Recipe r = Recipes.json("{" + Recipes.NEEDED + "}");
    assertThat(r.model()).isEmpty();
    assertThat(r.preprocessing()).contains(PreprocessingPreset.INSIGHTFACE.preprocessing());
    assertThat(r.calibration()).isEqualTo(set("faces", null, null, 512));
    assertThat(r.methods().ranges()).isEqualTo(new RangeMethod.Mse());
    assertThat(r.evaluation()).isEmpty();
    assertThat(r.byDefault()).isEqualTo(Precision.INT8);
    assertThat(r.rules()).isEmpty();
    assertThat(r.targets()).containsExactly(Target.ORT_X86, Target.TFLITE_XNNPACK);
    assertThat(r.gates()).isEqualTo(GateLimits.NONE);
    assertThat(r.sizeMaxBytes()).isEmpty();
    assertThat(r.agreementMean()).isEmpty();
    assertThat(r.output()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    Recipe r =
        Recipes.yaml(
            """
            model: ../m.pt
            preprocessing:
              {size: [112, 96], channels: BGR, scale: 0.00392, mean: [1, 2, 3], std: 0.5, layout: NCHW, fit: resize}
            calibration: {images: /abs/c, samples: 7, identities: {first: 3}, ranges: percentile, percentile: 99.5, biasCorrection: false}
            evaluation: {images: e, samples: 8, identities: {last: 4}}
            precision:
              default: fp16
              rules:
                - {select: "first:1", precision: fp32, reason: because}
            targets: [tflite-xnnpack]
            gates:
              cosineMean: 0.9
              cosineP1: 0.8
              cosineMin: 0.7
              tarDropAtFar: {1e-3: 2, "1e-1": 1.5}
              agreementMean: 0.6
              sizeMaxBytes: {tflite-xnnpack: 6}
              latencyRatioMax: 1e-1
            output: out
            """);
    assertThat(r.model()).contains(Path.of("m.pt"));
    assertThat(r.preprocessing())
        .contains(
            new Preprocessing(
                112,
                96,
                Preprocessing.Channels.BGR,
                0.00392,
                List.of(1.0, 2.0, 3.0),
                List.of(0.5, 0.5, 0.5),
                Preprocessing.Fit.RESIZE));
    assertThat(r.calibration().images()).isEqualTo(Path.of("/abs/c"));
    assertThat(r.calibration().firstIdentities()).contains(3);
    assertThat(r.calibration().samples()).contains(7);
    assertThat(r.methods().ranges()).isEqualTo(new RangeMethod.Percentile(99.5));
    assertThat(r.evaluation()).contains(set("e", null, 4, 8));
    assertThat(r.byDefault()).isEqualTo(Precision.FP16);
    assertThat(r.rules())
        .containsExactly(
            new Rule(
                Selector.parse("first:1"), Precision.FP32, "because", "/precision/rules/0/select"));
    assertThat(r.targets()).containsExactly(Target.TFLITE_XNNPACK);
    assertThat(r.gates())
        .isEqualTo(
            new GateLimits(
                0.9,
                0.8,
                0.7,
                List.of(new GateLimits.TarDrop(0.1, 1.5), new GateLimits.TarDrop(0.001, 2)),
                null,
                0.1));
    assertThat(r.sizeMaxBytes()).isEqualTo(Map.of(Target.TFLITE_XNNPACK, 6L));
    assertThat(r.agreementMean()).contains(0.6);
    assertThat(r.output()).contains(FOLDER.resolve("out"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"preprocessing\": \"raw\"",
        "\"preprocessing\": {\"size\": [112, 112], \"channels\": \"RGB\", \"mean\": 1, \"std\": 1}",
        "\"calibration\": {\"images\": \"faces\", \"samples\": 9}",
        "\"calibration\": {\"images\": \"faces\", \"identities\": {\"first\": 9}}",
        "\"calibration\": {\"images\": \"faces\", \"identities\": {\"last\": 9}}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"minmax\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"moving-average\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"percentile\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"percentile\", \"percentile\": 99}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"entropy\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"auto\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"lp\"}",
        "\"calibration\": {\"images\": \"faces\", \"ranges\": \"lp\", \"lpNorm\": 3}",
        "\"evaluation\": {\"images\": \"faces\"}",
        "\"evaluation\": {\"images\": \"faces\", \"samples\": 9}",
        "\"evaluation\": {\"images\": \"faces\", \"identities\": {\"first\": 9}}",
        "\"precision\": {\"default\": \"fp16\"}",
        "\"precision\": {\"rules\": [{\"select\": \"a\", \"precision\": \"int8\"}]}",
        "\"precision\": {\"rules\": [{\"select\": \"a\", \"precision\": \"fp16\"}]}",
        "\"precision\": {\"rules\": [{\"select\": \"a\", \"precision\": \"fp16\", \"reason\": \"r\"}]}",
        "\"sensitive_layers\": [\"a\"]",
        "\"weights\": \"fp16\"",
        "\"activations\": \"fp32\"",
        "\"targets\": [\"ort-x86\"]",
        "\"gates\": {\"cosineMean\": 0.5}",
        "\"gates\": {\"cosineP1\": 0.5}",
        "\"gates\": {\"cosineMin\": 0.5}",
        "\"gates\": {\"tarDropAtFar\": {\"1e-2\": 1}}",
        "\"gates\": {\"agreementMean\": 0.5}",
        "\"gates\": {\"sizeMaxBytes\": 5}",
        "\"gates\": {\"sizeMaxBytes\": {\"ort-x86\": 5}}",
        "\"gates\": {\"latencyRatioMax\": 0.5}",
      })
  void everyKeyChangesTheCanonicalText(String member) {
    String key = member.substring(0, member.indexOf(':'));
    String others = "\"preprocessing\": \"insightface\", \"calibration\": {\"images\": \"faces\"}";
    if (key.equals("\"preprocessing\"")) {
      others = "\"calibration\": {\"images\": \"faces\"}";
    } else if (key.equals("\"calibration\"")) {
      others = "\"preprocessing\": \"insightface\"";
    }
    Recipe changed = Recipes.json("{" + others + ", " + member + "}");
    Recipe plain = Recipes.json("{" + Recipes.NEEDED + "}");
    assertThat(changed).isNotEqualTo(plain);
    assertThat(changed.canonical()).isNotEqualTo(plain.canonical());
  }

  @Test
  void canonicalTextDependsOnMeaningAlone() {
    Recipe json =
        Recipes.json(
            "{\"calibration\": {\"samples\": 512, \"images\": \"/elsewhere\"}, \"model\": \"x\","
                + "\"preprocessing\": {\"size\": [112, 112], \"channels\": \"RGB\","
                + " \"mean\": 127.5, \"std\": [127.5, 1.275e2, 127.50]}, \"precision\": {}}");
    Recipe yaml = Recipes.yaml("preprocessing: insightface\r\ncalibration: {images: faces}\r\n");
    assertThat(json.canonical()).isEqualTo(yaml.canonical());
    assertThat(json.canonical())
        .isEqualTo(
            "{\"calibration\":{\"adaptiveRounding\":true,\"biasCorrection\":true,\"equalization\":true,"
                + "\"ranges\":\"mse\",\"samples\":512,\"sharedScales\":true},"
                + "\"gates\":{\"sizeMaxBytes\":{},\"tarDropAtFar\":{}},"
                + "\"io\":\"float32\",\"precision\":{\"default\":\"int8\",\"rules\":[]},"
                + "\"preprocessing\":{\"channels\":\"RGB\",\"fit\":\"crop\",\"layout\":\"NCHW\","
                + "\"mean\":[127.5,127.5,127.5],\"scale\":1.0,\"size\":[112,112],"
                + "\"std\":[127.5,127.5,127.5]},"
                + "\"targets\":[\"ort-x86\",\"tflite-xnnpack\"]}");
  }

  @Test
  void everyMethodCanBeTurnedOff() {
    String start = "preprocessing: insightface\ncalibration: {images: faces, ";
    assertThat(Recipes.yaml(start + "ranges: minmax}").methods())
        .isEqualTo(new Methods(new RangeMethod.MinMax(), true, true, true, true));
    assertThat(Recipes.yaml(start + "equalization: false}").methods().equalization()).isFalse();
    assertThat(Recipes.yaml(start + "sharedScales: false}").methods().sharedScales()).isFalse();
    assertThat(Recipes.yaml(start + "adaptiveRounding: false}").methods().adaptiveRounding())
        .isFalse();
    assertThat(Recipes.yaml(start + "biasCorrection: false}").methods().biasCorrection()).isFalse();
  }

  @Test
  void canonicalTextIsARecipeThatMeansTheSame() {
    String precision =
        "precision: {default: fp32, rules: [{select: 'last:1', precision: int8, reason: r}]}\n";
    String shortForm = "sensitive_layers: [stem, head]\nweights: fp32\n";
    for (String choice : List.of("", precision, shortForm)) {
      Recipe r =
          Recipes.yaml(
              """
              preprocessing: foamliu
              calibration: {images: c, identities: {last: 2}, ranges: percentile, percentile: 99.5, biasCorrection: false}
              gates: {tarDropAtFar: {0.1: 1, 1e-4: 0.5, 1e-5: 3}, sizeMaxBytes: 7, agreementMean: 0.5}
              """
                  + choice);
      String whole = r.canonical().replace("{\"adaptive", "{\"images\":\"c\",\"adaptive");
      Recipe again = Recipes.json(whole);
      assertThat(again.canonical()).isEqualTo(r.canonical());
      assertThat(again.gates()).isEqualTo(r.gates());
      assertThat(again.methods()).isEqualTo(r.methods());
      assertThat(again.calibration()).isEqualTo(r.calibration());
      assertThat(again.byDefault()).isEqualTo(r.byDefault());
    }
  }

  @Test
  void readsTheShortForm() {
    Recipe r =
        Recipes.json(
            "{"
                + Recipes.NEEDED
                + ", \"sensitive_layers\": [\"feature_extractor\", \"depthwise_conv\"],"
                + " \"activations\": \"int8\", \"weights\": \"int8\"}");
    assertThat(r.byDefault()).isEqualTo(Precision.INT8);
    assertThat(r.rules())
        .extracting(rule -> rule.select().text(), Rule::precision, Rule::at)
        .containsExactly(
            tuple("feature_extractor", Precision.FP16, "/sensitive_layers/0"),
            tuple("depthwise_conv", Precision.FP16, "/sensitive_layers/1"));
  }

  @Test
  void theShortFormNeedsImagesToo() {
    assertThat(Recipes.jsonProblems("{\"sensitive_layers\": [\"depthwise_conv\"]}"))
        .extracting(Problem::what)
        .containsExactly("the key 'calibration' is missing");
  }

  @Test
  void preprocessingThatIsSettledLaterMeansTheSameAsIfItWereStated() {
    Recipe open = Recipes.yaml("calibration: {images: faces}");
    assertThat(open.preprocessing()).isEmpty();
    assertThat(open.canonical()).doesNotContain("preprocessing");
    assertThatThrownBy(open::contract).isInstanceOf(IllegalStateException.class);
    Recipe settled = open.with(PreprocessingPreset.INSIGHTFACE.preprocessing());
    assertThat(settled.contract()).isEqualTo(PreprocessingPreset.INSIGHTFACE.preprocessing());
    assertThat(settled.canonical())
        .isEqualTo(
            Recipes.yaml("preprocessing: insightface\ncalibration: {images: faces}").canonical());
  }

  @Test
  void pathsAreRelativeToTheRecipe(@TempDir Path folder) throws IOException {
    Path file = Files.createDirectories(folder.resolve("configs")).resolve("r.yaml");
    Files.writeString(
        file, "model: ../m/x.pt\npreprocessing: raw\ncalibration: {images: c}\noutput: ./o\n");
    Recipe r = RecipeReader.read(file);
    assertThat(r.file()).isEqualTo(file);
    assertThat(r.model()).contains(folder.resolve("m").resolve("x.pt"));
    assertThat(r.calibration().images()).isEqualTo(folder.resolve("configs").resolve("c"));
    assertThat(r.output()).contains(folder.resolve("configs").resolve("o"));
  }

  @Test
  void theFormatFollowsTheNameAndThenTheContent() {
    String yaml = "preprocessing: raw\ncalibration: {images: c}\n";
    String json = "\n {" + Recipes.NEEDED + "}";
    assertThat(Recipes.problems("r.yml", yaml)).isEmpty();
    assertThat(Recipes.problems("r.conf", yaml)).isEmpty();
    assertThat(Recipes.problems("r.conf", json)).isEmpty();
    assertThat(Recipes.problems("r.JSON", yaml))
        .extracting(Problem::id)
        .containsExactly(ErrorId.RECIPE_SYNTAX);
    assertThat(Recipes.problems("r.json", "\uFEFF" + json)).isEmpty();
    assertThat(Recipes.problems("r.yaml", "\uFEFF" + yaml)).isEmpty();
    assertThat(Recipes.problems("r.yaml", yaml.replace("\n", "\r\n"))).isEmpty();
  }

  private static ImageSet set(
      String images, @Nullable Integer first, @Nullable Integer last, int samples) {
    return new ImageSet(
        FOLDER.resolve(images).normalize(),
        Optional.ofNullable(first),
        Optional.ofNullable(last),
        Optional.of(samples));
  }
}
