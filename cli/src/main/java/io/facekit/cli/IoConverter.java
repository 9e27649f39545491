package io.facekit.cli;

import io.facekit.core.quant.TensorIo;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Element types of inputs and outputs as the command line spells them. */
final class IoConverter implements ITypeConverter<TensorIo> {
  @Override
  public TensorIo convert(String value) {
    return Arrays.stream(TensorIo.values())
        .filter(io -> io.id().equals(value))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'" + value + "' is not float32, int8 or uint8"));
  }
}
