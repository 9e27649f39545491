package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessingJsonTest {
  @ParameterizedTest
  @EnumSource(PreprocessingPreset.class)
  void readsWhatItWrote(PreprocessingPreset preset) {
    Preprocessing p = preset.preprocessing();
    assertThat(PreprocessingJson.parse(PreprocessingJson.write(p))).contains(p);
  }

  /** Files of others may say anything. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[112,112]         | [112]",
        "[112,112]         | [0,112]",
        "[112,112]         | [99999999999,112]",
        "[112,112]         | [1.5,112]",
        "\"RGB\"             | \"GRB\"",
        "\"RGB\"             | 1",
        "\"crop\"            | \"stretch\"",
        "\"scale\":1.0       | \"scale\":0",
        "\"scale\":1.0       | \"scale\":1e999",
        "[127.0,127.0,127.0] | [127.0]",
        "[127.0,127.0,127.0] | [127.0,127.0,\"x\"]",
        "[128.0,128.0,128.0] | [128.0,128.0,0]",
        "[128.0,128.0,128.0] | {}",
        "}                 | ",
      })
  void believesNothingElse(String part, String replacement) {
    String text = PreprocessingJson.write(PreprocessingPreset.FACEPLUGIN.preprocessing());
    assertThat(text).contains(part);
    String wrong = text.replace(part, replacement == null ? "" : replacement);
    assertThat(PreprocessingJson.parse(wrong)).isEmpty();
    assertThat(PreprocessingJson.parse(text + " ".repeat(9999))).isEmpty();
    assertThat(PreprocessingJson.parse("")).isEmpty();
    assertThat(PreprocessingJson.parse(wrong.toLowerCase(Locale.ROOT))).isEmpty();
  }
}
