package io.facekit.core.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.support.metadata.schema.ColorSpaceType;
import org.tensorflow.lite.support.metadata.schema.ImageProperties;
import org.tensorflow.lite.support.metadata.schema.ModelMetadata;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;
import org.tensorflow.lite.support.metadata.schema.TensorMetadata;

class ModelMetadataWriterTest {
  private static final ImageInput IMAGE =
      new ImageInput(
          true, 112, 96, List.of(127.5, 100.0, 0.0), List.of(128.0, 50.0, 1.0), "in words");

  @Test
  void saysHowAnImageBecomesTheInput() {
    byte[] bytes = ModelMetadataWriter.write(List.of("image"), List.of("embedding"), IMAGE);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThat(ModelMetadata.ModelMetadataBufferHasIdentifier(buffer)).isTrue();
    ModelMetadata model = ModelMetadata.getRootAsModelMetadata(buffer);
    assertThat(model.minParserVersion()).isEqualTo("1.0.0");
    TensorMetadata input = model.subgraphMetadata(0).inputTensorMetadata(0);
    assertThat(input.name()).isEqualTo("image");
    assertThat(input.description()).contains("in words");
    ImageProperties properties =
        (ImageProperties) input.content().contentProperties(new ImageProperties());
    assertThat(properties.colorSpace()).isEqualTo(ColorSpaceType.RGB);
    assertThat(properties.defaultSize().height()).isEqualTo(112);
    assertThat(properties.defaultSize().width()).isEqualTo(96);
    NormalizationOptions options =
        (NormalizationOptions) input.processUnits(0).options(new NormalizationOptions());
    assertThat(options.mean(0)).isEqualTo(127.5f);
    assertThat(options.std(1)).isEqualTo(50f);
    assertThat(input.stats().min(1)).isEqualTo(-2f);
    assertThat(input.stats().max(2)).isEqualTo(255f);
    assertThat(model.subgraphMetadata(0).outputTensorMetadata(0).name()).isEqualTo("embedding");
  }

  @Test
  void invokesNoContractThatIsNotKnown() {
    ModelMetadata model =
        ModelMetadata.getRootAsModelMetadata(
            ByteBuffer.wrap(ModelMetadataWriter.write(List.of("x"), List.of("y"), null)));
    TensorMetadata input = model.subgraphMetadata(0).inputTensorMetadata(0);
    assertThat(input.name()).isEqualTo("x");
    assertThat(input.content()).isNull();
    assertThat(input.processUnitsLength()).isZero();
  }

  @Test
  void isAnEntryOfTheFileBesideTheOldestRuntime() {
    TfliteBuilder b = SmallModel.builder();
    b.describe(IMAGE);
    byte[] file = b.build();
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(file))).isEmpty();
    Map<String, String> texts = TfliteSummary.of(ByteBuffer.wrap(file)).metadata();
    assertThat(texts)
        .as("CONV_2D 3, QUANTIZE 1 and DEQUANTIZE 2 came with 1.14")
        .containsEntry("min_runtime_version", "1.14.0")
        .doesNotContainKey(ModelMetadataWriter.ENTRY);
  }

  @Test
  void knowsNoRuntimeOfAnOperatorThatIsNeverWritten() {
    assertThatThrownBy(
            () -> RuntimeVersion.of(new TfliteBuilder.CodeSpec(BuiltinOperator.CONV_2D, 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CONV_2D version 7");
    assertThat(RuntimeVersion.of(new TfliteBuilder.CodeSpec(BuiltinOperator.CONV_2D, 6)))
        .isGreaterThan(RuntimeVersion.of(new TfliteBuilder.CodeSpec(BuiltinOperator.PRELU, 1)))
        .hasToString("2.9.0");
  }
}
