package io.facekit.core.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A small archive, for example of TorchScript: a module with a weight of two floats, any source.
 */
public final class TestArchive {
  public final Map<String, byte[]> entries = new LinkedHashMap<>();
  boolean packCode = true;
  boolean packData;

  public static TestArchive withForward(String body) {
    return withCode(
        "class Net(Module):\n"
            + "  __parameters__ = [\"w\", ]\n"
            + "  w : Tensor\n"
            + "  training : bool\n"
            + "  scale : Final[float] = 0.5\n"
            + "  def forward(self: __torch__.Net,\n"
            + "    x: Tensor) -> Tensor:\n"
            + body.indent(4));
  }

  public static TestArchive withCode(String code) {
    TestArchive archive = new TestArchive();
    archive.put("data.pkl", module(2, 0, new long[] {2}, new long[] {1}));
    archive.put("data/0", floats(1.5f, -2f));
    archive.put("code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
    archive.put("constants.pkl", PickleBytes.start().op(')').end());
    archive.put("version", "3\n".getBytes(StandardCharsets.UTF_8));
    return archive;
  }

  /** The module's data, saved in training mode. */
  public static byte[] trainingModule() {
    return module(true, 2, 0, new long[] {2}, new long[] {1});
  }

  static byte[] module(long elements, long offset, long[] sizes, long[] strides) {
    return module(false, elements, offset, sizes, strides);
  }

  private static byte[] module(
      boolean training, long elements, long offset, long[] sizes, long[] strides) {
    return PickleBytes.start()
        .object("__torch__", "Net")
        .string("training")
        .raw(training ? 0x88 : 0x89)
        .string("w")
        .tensor("FloatStorage", "0", elements, offset, sizes, strides)
        .endObject()
        .end();
  }

  public static byte[] floats(float... values) {
    ByteBuffer b = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b.array();
  }

  public TestArchive put(String path, byte[] content) {
    return putFlat("net/" + path, content);
  }

  /** An entry outside the top folder. */
  public TestArchive putFlat(String path, byte[] content) {
    entries.put(path, content);
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        boolean code = e.getKey().startsWith("net/code/");
        if (!(code ? packCode : packData)) {
          CRC32 crc = new CRC32();
          crc.update(e.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(e.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(e.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
