package io.facekit.core.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.support.metadata.schema.ColorSpaceType;
import org.tensorflow.lite.support.metadata.schema.ContentProperties;
import org.tensorflow.lite.support.metadata.schema.ContentPropertiesUnion;
import org.tensorflow.lite.support.metadata.schema.ContentT;
import org.tensorflow.lite.support.metadata.schema.FeaturePropertiesT;
import org.tensorflow.lite.support.metadata.schema.ImagePropertiesT;
import org.tensorflow.lite.support.metadata.schema.ImageSizeT;
import org.tensorflow.lite.support.metadata.schema.ModelMetadata;
import org.tensorflow.lite.support.metadata.schema.ModelMetadataT;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptionsT;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitOptions;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitOptionsUnion;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitT;
import org.tensorflow.lite.support.metadata.schema.StatsT;
import org.tensorflow.lite.support.metadata.schema.SubGraphMetadataT;
import org.tensorflow.lite.support.metadata.schema.TensorMetadataT;

/**
 * The entry TFLITE_METADATA, which task libraries and code generators read (metadata_schema.fbs of
 * TensorFlow Lite Support).
 */
final class ModelMetadataWriter {
  static final String ENTRY = "TFLITE_METADATA";

  private static final int LARGEST_PIXEL = 255;

  private ModelMetadataWriter() {}

  /**
   * @param inputs names of the model's inputs
   * @param outputs names of the model's outputs
   * @param image how the first input is made; null if that is not known
   */
  static byte[] write(List<String> inputs, List<String> outputs, @Nullable ImageInput image) {
    SubGraphMetadataT graph = new SubGraphMetadataT();
    graph.setInputTensorMetadata(
        inputs.stream()
            .map(n -> image == null ? tensor(n, "an input") : input(n, image))
            .toArray(TensorMetadataT[]::new));
    graph.setOutputTensorMetadata(
        outputs.stream().map(ModelMetadataWriter::output).toArray(TensorMetadataT[]::new));
    ModelMetadataT model = new ModelMetadataT();
    model.setName("face embedding");
    model.setDescription("a face in, its embedding out: compare two by their cosine similarity");
    model.setSubgraphMetadata(new SubGraphMetadataT[] {graph});
    model.setMinParserVersion("1.0.0");
    FlatBufferBuilder fb = new FlatBufferBuilder();
    ModelMetadata.finishModelMetadataBuffer(fb, ModelMetadata.pack(fb, model));
    return fb.sizedByteArray();
  }

  private static TensorMetadataT tensor(String name, String description) {
    TensorMetadataT t = new TensorMetadataT();
    t.setName(name);
    t.setDescription(description);
    return t;
  }

  private static TensorMetadataT output(String name) {
    TensorMetadataT t = tensor(name, "the embedding of each face");
    t.setContent(content(ContentProperties.FeatureProperties, new FeaturePropertiesT()));
    return t;
  }

  private static TensorMetadataT input(String name, ImageInput image) {
    TensorMetadataT t = tensor(name, "aligned faces: " + image.words());
    ImageSizeT size = new ImageSizeT();
    size.setHeight(image.height());
    size.setWidth(image.width());
    ImagePropertiesT properties = new ImagePropertiesT();
    properties.setColorSpace(image.rgb() ? ColorSpaceType.RGB : ColorSpaceType.UNKNOWN);
    properties.setDefaultSize(size);
    t.setContent(content(ContentProperties.ImageProperties, properties));
    NormalizationOptionsT normalization = new NormalizationOptionsT();
    normalization.setMean(floats(image.mean()));
    normalization.setStd(floats(image.std()));
    ProcessUnitOptionsUnion options = new ProcessUnitOptionsUnion();
    options.setType(ProcessUnitOptions.NormalizationOptions);
    options.setValue(normalization);
    ProcessUnitT unit = new ProcessUnitT();
    unit.setOptions(options);
    t.setProcessUnits(new ProcessUnitT[] {unit});
    t.setStats(stats(image));
    return t;
  }

  private static StatsT stats(ImageInput image) {
    float[] min = new float[image.mean().size()];
    float[] max = new float[min.length];
    for (int c = 0; c < min.length; c++) {
      min[c] = (float) (-image.mean().get(c) / image.std().get(c));
      max[c] = (float) ((LARGEST_PIXEL - image.mean().get(c)) / image.std().get(c));
    }
    StatsT stats = new StatsT();
    stats.setMin(min);
    stats.setMax(max);
    return stats;
  }

  private static ContentT content(byte type, Object value) {
    ContentPropertiesUnion union = new ContentPropertiesUnion();
    union.setType(type);
    union.setValue(value);
    ContentT content = new ContentT();
    content.setContentProperties(union);
    return content;
  }

  private static float[] floats(List<Double> values) {
    float[] all = new float[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).floatValue();
    }
    return all;
  }
}
