package io.facekit.core.tflite;

import io.facekit.core.error.FacekitException;
import io.facekit.core.tflite.TfliteModel.Code;
import io.facekit.core.tflite.TfliteModel.Entry;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Name;
import io.facekit.core.tflite.TfliteModel.Quantization;
import io.facekit.core.tflite.TfliteModel.Signature;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a TFLite file (schema.fbs, version 3) with every offset and vector checked. */
final class TfliteReader {
  private static final int IDENTIFIER_POSITION = 4;

  /** "TFL3", little-endian. */
  private static final int IDENTIFIER = 0x334c4654;

  private static final int MIN_SIZE = 8;
  private static final int MODEL_FIELDS = 8;

  /** Values 0 and 1 of Buffer.offset say that the contents stand in the flatbuffer itself. */
  private static final long MAX_INLINE_OFFSET = 1;

  private TfliteReader() {}

  /**
   * @throws FacekitException VERIFY_FORMAT at the first structural fault
   */
  static TfliteModel read(ByteBuffer content) {
    FlatFile file = new FlatFile(content);
    if (file.sizeBytes() < MIN_SIZE || file.i32(IDENTIFIER_POSITION) != IDENTIFIER) {
      throw FlatFile.fault(0, "the file identifier is not TFL3");
    }
    FlatTable root = new FlatTable(file, file.follow(0)).only(MODEL_FIELDS);
    return new TfliteModel(
        file,
        root.u32(0),
        root.string(3),
        root.tables(1).stream()
            .map(t -> t.only(4))
            .map(t -> new Code(t.i8(0, 0), t.i32(3, 0), t.string(1), t.i32(2, 1)))
            .toList(),
        root.tables(2).stream().map(TfliteReader::graph).toList(),
        root.tables(4).stream().map(t -> buffer(file, t)).toList(),
        root.tables(6).stream()
            .map(t -> t.only(2))
            .map(t -> new Entry(t.string(0), t.u32(1)))
            .toList(),
        root.i32s(5),
        root.tables(7).stream().map(TfliteReader::signature).toList());
  }

  private static FlatTable.Span buffer(FlatFile file, FlatTable table) {
    table.only(3);
    long outside = table.u64(1);
    if (outside < 0 || outside > MAX_INLINE_OFFSET || table.u64(2) < 0) {
      throw FlatFile.fault(table.position(), "a buffer stands outside of the flatbuffer");
    }
    FlatTable.Span span = table.vector(0, 1);
    file.checkSpan(span.position(), span.length(), 1);
    if (span.length() > 0 && span.position() % TfliteFileWriter.BUFFER_ALIGNMENT != 0) {
      throw FlatFile.fault(
          span.position(),
          "a buffer is not aligned to " + TfliteFileWriter.BUFFER_ALIGNMENT + " bytes");
    }
    return span;
  }

  private static Graph graph(FlatTable t) {
    t.only(6).i32(5, -1);
    return new Graph(
        t.string(4),
        t.tables(0).stream().map(TfliteReader::tensor).toList(),
        t.i32s(1),
        t.i32s(2),
        t.tables(3).stream().map(TfliteReader::step).toList());
  }

  private static TensorInfo tensor(FlatTable t) {
    t.only(10).i8(8, 0);
    if (t.has(6) || t.has(9)) {
      throw FlatFile.fault(t.position(), "sparse and variant tensors are not supported");
    }
    return new TensorInfo(
        t.string(3),
        t.i8(1, 0),
        t.i32s(0),
        t.i32s(7),
        t.u32(2),
        t.i8(5, 0) != 0,
        quantization(t.table(4)));
  }

  private static @Nullable Quantization quantization(@Nullable FlatTable t) {
    if (t == null) {
      return null;
    }
    t.only(7).f32s(0);
    t.f32s(1);
    if (t.i8(4, 0) != 0 || t.has(5)) {
      throw FlatFile.fault(t.position(), "a quantization of another kind is not supported");
    }
    List<Float> scales = t.f32s(2);
    Quantization quantization = new Quantization(scales, t.i64s(3), t.i32(6, 0));
    return scales.isEmpty() ? null : quantization;
  }

  private static Step step(FlatTable t) {
    t.only(9).vector(5, 1);
    t.i8(6, 0);
    t.vector(7, 1);
    if (!t.i32s(8).isEmpty()) {
      throw FlatFile.fault(t.position(), "an operator with intermediate tensors is not supported");
    }
    int type = t.i8(3, 0) & 0xff;
    FlatTable options = t.table(4);
    if (options != null) {
      OptionsFields.check(type, options);
    }
    return new Step(t.u32(0), t.i32s(1), t.i32s(2), type, options);
  }

  private static Signature signature(FlatTable t) {
    t.only(5).string(3);
    if (!t.has(0) || !t.has(1) || !t.has(2)) {
      throw FlatFile.fault(t.position(), "a signature has no key, no inputs or no outputs");
    }
    return new Signature(t.string(2), t.u32(4), names(t.tables(0)), names(t.tables(1)));
  }

  private static List<Name> names(List<FlatTable> maps) {
    return maps.stream().map(m -> m.only(2)).map(m -> new Name(m.string(0), m.u32(1))).toList();
  }
}
