package io.facekit.core.torch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One operator call.
 *
 * @param op {@code aten::prelu}, {@code prim::NumToTensor}, {@code aten::Int}
 * @param kwargs named arguments, in the order of the source
 * @param results ids of the values that it makes: one, or as many as the source unpacks (the
 *     elements of a returned tuple or list, for example of {@code aten::chunk})
 * @param scope module path such as {@code conv_23.conv_dw.conv}; empty at the root
 * @param at {@code file!code/...py:line}
 */
public record Call(
    String op,
    List<Arg> args,
    Map<String, Arg> kwargs,
    List<Integer> results,
    String scope,
    String at) {
  public Call {
    args = List.copyOf(args);
    kwargs = kwargs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    results = List.copyOf(results);
  }
}
