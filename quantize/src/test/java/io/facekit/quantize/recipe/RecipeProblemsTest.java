package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeProblemsTest {
  @Test
  void reportsEverythingAtOnceWithItsPlace() {
    List<Problem> problems =
        Recipes.jsonProblems(
            """
            {
              "modell": "m.pt",
              "preprocessing": {"size": [112], "channels": "rgb", "mean": 0, "std": 0},
              "calibration": {"images": "faces", "samples": "many", "samples": 3},
              "precision": {"rules": [{"select": "a", "precison": "fp16"}]},
              "targets": ["ort-x68"],
              "gates": {"cosineMean": 99}
            }
            """);
    assertThat(problems)
        .extracting(Recipes::line)
        .containsExactlyInAnyOrder(
            "RECIPE_KEY r.json:2:3 /modell | unknown key 'modell' | null | did you mean 'model'?",
            "RECIPE_VALUE r.json:3:29 /preprocessing/size"
                + " | expected a list of at least 2 | a list of 1 | null",
            "RECIPE_VALUE r.json:3:48 /preprocessing/channels"
                + " | expected RGB or BGR | text 'rgb' | did you mean 'RGB'?",
            "RECIPE_VALUE r.json:3:73 /preprocessing/std"
                + " | expected more than 0 | number 0 | null",
            "RECIPE_VALUE r.json:4:49 /calibration/samples"
                + " | expected an integer | text 'many' | null",
            "RECIPE_KEY r.json:4:57 /calibration/samples"
                + " | the key 'samples' is given twice | first in line 4 | keep one of the two",
            "RECIPE_VALUE r.json:5:27 /precision/rules/0"
                + " | the key 'precision' is missing | null | null",
            "RECIPE_KEY r.json:5:43 /precision/rules/0/precison"
                + " | unknown key 'precison' | null | did you mean 'precision'?",
            "RECIPE_VALUE r.json:6:15 /targets/0 | expected ort-x86 or ort-x86-avx2 or ort-arm or tensorrt-like or tflite-xnnpack or tflite-gpu or tflite-nnapi or tflite-hexagon or tflite-edgetpu"
                + " | text 'ort-x68' | did you mean 'ort-x86'?",
            "RECIPE_VALUE r.json:7:27 /gates/cosineMean"
                + " | expected at most 1 | number 99 | null");
  }

  @Test
  void yamlHasTheSameProblemsAtItsOwnPlaces() {
    assertThat(
            Recipes.yamlProblems(
                """
                preprocessing: insigthface
                calibration:
                  images: faces
                  images: others
                precision: {rules: [{select: "first:none", precision: fp16}]}
                """))
        .extracting(Recipes::line)
        .containsExactlyInAnyOrder(
            "RECIPE_VALUE r.yaml:1:16 /preprocessing | there is no such preset"
                + " | 'insigthface' | did you mean 'insightface'?",
            "RECIPE_KEY r.yaml:4:3 /calibration/images | the key 'images' is given twice"
                + " | first in line 3 | keep one of the two",
            "RECIPE_VALUE r.yaml:5:30 /precision/rules/0/select"
                + " | first: needs a number from 1 to 9999 | 'first:none' | for example first:2");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(Recipes.jsonProblems("{}"))
        .extracting(Problem::what)
        .containsExactly("the key 'calibration' is missing");
    assertThat(Recipes.yamlProblems("preprocessing: raw\ncalibration: {samples: 3}"))
        .extracting(Problem::what)
        .containsExactly("the key 'images' is missing");
  }

  @Test
  void theTwoFormsExcludeEachOther() {
    assertThat(
            Recipes.jsonProblems(
                "{" + Recipes.NEEDED + ", \"precision\": {}, \"sensitive_layers\": [\"a\"]}"))
        .extracting(Problem::id)
        .containsExactly(ErrorId.RECIPE_KEY);
    assertThat(
            Recipes.jsonProblems(
                "{" + Recipes.NEEDED + ", \"weights\": \"int8\", \"activations\": \"fp16\"}"))
        .extracting(Problem::what)
        .containsExactly("weights and activations need the same precision");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gates: {tarDropAtFar: {1e-3: 1, 0.001: 2}} | RECIPE_KEY",
        "gates: {tarDropAtFar: {1e-9: 1}} | RECIPE_VALUE",
        "gates: {tarDropAtFar: {often: 1}} | RECIPE_KEY",
        "gates: {tarDropAtFar: {1e-3: 101}} | RECIPE_VALUE",
        "gates: {sizeMaxBytes: {onnx: 5}} | RECIPE_KEY",
        "'targets: [ort-x86]\ngates: {sizeMaxBytes: {tflite-xnnpack: 5}}' | RECIPE_VALUE",
        "gates: {sizeMaxBytes: 1.5} | RECIPE_VALUE",
        "gates: {cosineMean: .nan} | RECIPE_VALUE",
        "gates: {cosineMean: .inf} | RECIPE_VALUE",
        "gates: {cosineMean: '0.9'} | RECIPE_VALUE",
        "gates: {cosineMean: null} | RECIPE_VALUE",
        "gates: {cosineMean: yes} | RECIPE_VALUE",
        "gates: {latencyRatioMax: 1e999} | RECIPE_VALUE",
        "gates: {latencyRatioMax: 0x10} | RECIPE_VALUE",
        "gates: {sizeMaxBytes: 01750000} | RECIPE_VALUE",
        "gates: | RECIPE_VALUE",
        "targets: [] | RECIPE_VALUE",
        "targets: [ort-x86, ort-x86] | RECIPE_VALUE",
        "targets: [onnx] | RECIPE_VALUE",
        "targets: ort-x86 | RECIPE_VALUE",
        "evaluation: {images: e, identities: {}} | RECIPE_VALUE",
        "evaluation: {images: e, identities: {first: 1, last: 1}} | RECIPE_VALUE",
        "evaluation: {images: e, samples: 99999999999999999999} | RECIPE_VALUE",
        "evaluation: {images: ''} | RECIPE_VALUE",
        "evaluation: {images: \"a\\0b\"} | RECIPE_VALUE",
        "model: no | ''",
        "model: on | ''",
        "model: 1e3 | RECIPE_VALUE",
        "gates: {latencyRatioMax: 1e-3} | ''",
        "gates: {sizeMaxBytes: 1e6} | ''",
        "gates: {latencyRatioMax: .5} | ''",
        "gates: {latencyRatioMax: +1.} | ''",
      })
  void checksEveryValue(String member, String expected) {
    List<Problem> problems =
        Recipes.yamlProblems("preprocessing: raw\ncalibration: {images: c}\n" + member);
    assertThat(String.join(" ", problems.stream().map(p -> p.id().name()).toList()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images: c, samples: 0 | RECIPE_VALUE",
        "images: c, samples: 2.5 | RECIPE_VALUE",
        "images: c, samples: '64' | RECIPE_VALUE",
        "images: c, ranges: MSE | RECIPE_VALUE",
        "images: c, ranges: {percentile: 99} | RECIPE_VALUE",
        "images: c, percentile: 99 | RECIPE_VALUE",
        "images: c, ranges: minmax, percentile: 99 | RECIPE_VALUE",
        "images: c, ranges: percentile, percentile: 50 | RECIPE_VALUE",
        "images: c, ranges: percentile, percentile: 100.1 | RECIPE_VALUE",
        "images: c, ranges: percentile, percentile: 100 | ''",
        "images: c, lpNorm: 3 | RECIPE_VALUE",
        "images: c, ranges: entropy, lpNorm: 3 | RECIPE_VALUE",
        "images: c, ranges: lp, percentile: 99 | RECIPE_VALUE",
        "images: c, ranges: lp, lpNorm: 0.9 | RECIPE_VALUE",
        "images: c, ranges: lp, lpNorm: 10.1 | RECIPE_VALUE",
        "images: c, ranges: lp, lpNorm: 1 | ''",
        "images: c, ranges: entropy | ''",
        "images: c, identities: 3 | RECIPE_VALUE",
        "images: [c] | RECIPE_VALUE",
        "samples: 3 | RECIPE_VALUE",
      })
  void checksCalibration(String members, String expected) {
    assertThat(Recipes.yamlProblems("preprocessing: raw\ncalibration: {" + members + "}"))
        .extracting(p -> p.id().name())
        .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x 1",
        "a: &x [1]\nb: *x",
        "a: !!java.net.URL [x]",
        "a: !!str x",
        "? [a]\n: b",
        "? {a: b}\n: c",
        "<<: {a: b}",
        "a: b\n---\na: b",
        "a: [",
        "a:\n\t- b",
        "- a",
        "just text",
        "",
        "a: \u0001",
      })
  void refusesHostileYaml(String text) {
    assertThat(Recipes.yamlProblems(text))
        .extracting(Problem::id)
        .containsExactly(ErrorId.RECIPE_SYNTAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "3",
        "{} {}",
        "{\"a\": NaN}",
        "{\"a\": 01}",
        "{\"a\": 1e999}",
        "{'a': 1}",
        "{\"a\": 1,}",
        "{\"a\": // no\n 1}",
        "{\"a\": 1",
      })
  void refusesHostileJson(String text) {
    assertThat(Recipes.jsonProblems(text))
        .extracting(Problem::id)
        .containsExactly(ErrorId.RECIPE_SYNTAX);
  }

  @Test
  void boundsDepthSizeAndCount() {
    String deep = "[".repeat(100_000);
    for (List<Problem> problems :
        List.of(
            Recipes.jsonProblems("{\"a\":" + deep),
            Recipes.yamlProblems("a: " + deep),
            Recipes.jsonProblems("{\"a\":[" + "1,".repeat(30_000) + "1]}"),
            Recipes.yamlProblems("a: [" + "1,".repeat(30_000) + "1]"),
            Recipes.jsonProblems("{" + " ".repeat(RecipeReader.MAX_BYTES) + "}"),
            Recipes.jsonProblems("{\"a\": " + "9".repeat(100_000) + "}"))) {
      assertThat(problems).extracting(Problem::id).containsExactly(ErrorId.RECIPE_SYNTAX);
      assertThat(problems.get(0).what().length()).isLessThan(250);
    }
  }

  @Test
  void refusesOtherEncodings() {
    assertThatThrownBy(() -> RecipeReader.parse(Path.of("r.json"), new byte[] {'{', (byte) 0xff}))
        .isInstanceOf(FacekitException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void aRecipeThatIsNotThereIsSaidSo() {
    assertThatThrownBy(() -> RecipeReader.read(Path.of("nowhere", "r.json")))
        .isInstanceOf(FacekitException.class)
        .hasMessageContaining("no such recipe");
  }
}
