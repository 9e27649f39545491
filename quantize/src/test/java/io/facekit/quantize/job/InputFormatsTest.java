package io.facekit.quantize.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.Architectures;
import io.facekit.core.arch.InputFormat;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputFormatsTest {
  private static Architecture of(String family) {
    return new Architecture(family, 112, 112, 512, Architectures.inputs(family));
  }

  /** Core cannot see the presets, so it has the same numbers. */
  @Test
  void everyFormatIsThePresetOfItsName() {
    for (String family : Architectures.names()) {
      assertThat(Architectures.inputs(family)).isNotEmpty();
      for (InputFormat format : Architectures.inputs(family)) {
        Preprocessing preset =
            PreprocessingPreset.named(format.preset()).orElseThrow().preprocessing();
        assertThat(format.bgr()).isEqualTo(preset.channels() == Preprocessing.Channels.BGR);
        assertThat(format.scale()).isEqualTo(preset.scale());
        assertThat(format.mean()).isEqualTo(preset.mean());
        assertThat(format.std()).isEqualTo(preset.std());
      }
    }
  }

  @Test
  void recipesThatContradictAreNamed() {
    Architecture foamliu = of("foamliu MobileFaceNet");
    for (PreprocessingPreset preset : PreprocessingPreset.values()) {
      assertThat(InputFormats.contradiction(foamliu, preset.preprocessing()).isEmpty())
          .as(preset.presetName())
          .isEqualTo(preset == PreprocessingPreset.FOAMLIU);
    }
    assertThat(InputFormats.contradiction(foamliu, PreprocessingPreset.INSIGHTFACE.preprocessing()))
        .contains(
            "the recipe's preprocessing is not one that foamliu MobileFaceNet is known to be"
                + " trained with (foamliu)");
  }

  @Test
  void anyPreprocessingOfTheFamilyAgrees() {
    Architecture treb1en = of("TreB1eN MobileFaceNet");
    for (PreprocessingPreset preset :
        List.of(
            PreprocessingPreset.TREB1EN,
            PreprocessingPreset.FACEX_ZOO,
            PreprocessingPreset.CAVAFACE,
            PreprocessingPreset.FACEPLUGIN)) {
      assertThat(InputFormats.contradiction(treb1en, preset.preprocessing())).isEmpty();
    }
    // (x - 127.5) / 127.5 is (x / 255 - 0.5) / 0.5.
    assertThat(InputFormats.contradiction(treb1en, PreprocessingPreset.INSIGHTFACE.preprocessing()))
        .isEmpty();
    assertThat(InputFormats.contradiction(treb1en, PreprocessingPreset.RAW.preprocessing()))
        .isPresent();
    assertThat(InputFormats.usual(treb1en)).isEmpty();
    assertThat(InputFormats.describe(treb1en))
        .isEqualTo(
            "TreB1eN MobileFaceNet, 512-d, preprocessing one of treb1en, cavaface, facex-zoo,"
                + " faceplugin");
  }

  @Test
  void oneFormatIsTheUsualOne() {
    assertThat(InputFormats.usual(of("insightface iresnet")))
        .contains(PreprocessingPreset.INSIGHTFACE.preprocessing());
    assertThat(InputFormats.describe(of("insightface iresnet")))
        .isEqualTo("insightface iresnet, 512-d");
  }
}
