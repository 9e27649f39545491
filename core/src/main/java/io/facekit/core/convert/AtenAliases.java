package io.facekit.core.convert;

import java.util.Set;

/**
 * Operators whose result is, or may be, another look at the elements of their first argument. The
 * list has those whose schema says so with {@code Tensor(a)} in PyTorch's {@code
 * native_functions.yaml}, and those that return their argument itself when there is nothing to do.
 */
final class AtenAliases {
  /** The same elements under the same shape, always. */
  private static final Set<String> SAME =
      Set.of(
          "aten::alias",
          "aten::detach",
          "aten::dropout",
          "aten::feature_dropout",
          "aten::alpha_dropout",
          "aten::feature_alpha_dropout",
          "aten::view");

  private static final Set<String> VIEWS =
      Set.of(
          "aten::_reshape_alias",
          "aten::_unsafe_view",
          "aten::adjoint",
          "aten::as_strided",
          "aten::atleast_1d",
          "aten::atleast_2d",
          "aten::atleast_3d",
          "aten::broadcast_tensors",
          "aten::broadcast_to",
          "aten::channel_shuffle",
          "aten::chunk",
          "aten::contiguous",
          "aten::cpu",
          "aten::cuda",
          "aten::data",
          "aten::diagonal",
          "aten::double",
          "aten::dsplit",
          "aten::expand",
          "aten::expand_as",
          "aten::flatten",
          "aten::float",
          "aten::half",
          "aten::hsplit",
          "aten::lift_fresh",
          "aten::mH",
          "aten::mT",
          "aten::matrix_H",
          "aten::meshgrid",
          "aten::moveaxis",
          "aten::movedim",
          "aten::narrow",
          "aten::numpy_T",
          "aten::permute",
          "aten::pin_memory",
          "aten::pixel_shuffle",
          "aten::pixel_unshuffle",
          "aten::positive",
          "aten::ravel",
          "aten::real",
          "aten::reshape",
          "aten::reshape_as",
          "aten::select",
          "aten::slice",
          "aten::split",
          "aten::split_with_sizes",
          "aten::squeeze",
          "aten::sum_to_size",
          "aten::swapaxes",
          "aten::swapdims",
          "aten::t",
          "aten::tensor_split",
          "aten::to",
          "aten::transpose",
          "aten::type_as",
          "aten::unbind",
          "aten::unflatten",
          "aten::unfold",
          "aten::unsafe_chunk",
          "aten::unsafe_split",
          "aten::unsqueeze",
          "aten::view_as",
          "aten::vsplit");

  /** Operators that give a tensor another shape or other elements without computing any. */
  private static final Set<String> RESHAPE_IN_PLACE =
      Set.of(
          "aten::as_strided_",
          "aten::rename_",
          "aten::resize_",
          "aten::resize_as_",
          "aten::set_",
          "aten::squeeze_",
          "aten::swapaxes_",
          "aten::swapdims_",
          "aten::t_",
          "aten::transpose_",
          "aten::unsqueeze_");

  private AtenAliases() {}

  static boolean isSame(String op) {
    return SAME.contains(op);
  }

  static boolean isView(String op) {
    return SAME.contains(op) || VIEWS.contains(op);
  }

  static boolean reshapesInPlace(String op) {
    return RESHAPE_IN_PLACE.contains(op);
  }
}
