package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** The attributes of one ONNX node. */
public final class OnnxAttributes {
  private final List<AttributeProto> list = new ArrayList<>();

  public static OnnxAttributes none() {
    return new OnnxAttributes();
  }

  public OnnxAttributes integer(String name, long value) {
    list.add(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value)
            .build());
    return this;
  }

  public OnnxAttributes number(String name, double value) {
    list.add(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF((float) value)
            .build());
    return this;
  }

  public OnnxAttributes text(String name, String value) {
    list.add(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(value))
            .build());
    return this;
  }

  public OnnxAttributes integers(String name, List<Integer> values) {
    AttributeProto.Builder a =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    values.forEach(a::addInts);
    list.add(a.build());
    return this;
  }

  List<AttributeProto> list() {
    return list;
  }
}
