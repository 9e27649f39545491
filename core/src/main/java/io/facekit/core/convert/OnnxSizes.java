package io.facekit.core.convert;

import io.facekit.core.convert.OnnxBound.Sizes;
import io.facekit.core.convert.OnnxBound.Term;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Arithmetic on sizes: vectors of integers that may be multiples of the batch size. Each method
 * gives nothing if the node computes with something else.
 */
final class OnnxSizes {
  private OnnxSizes() {}

  static Optional<OnnxBound> shape(OnnxNode n) {
    return n.shape(0)
        .map(
            s -> {
              int start = index(n.integer("start", 0), s.rank());
              int end = Math.max(start, index(n.integer("end", s.rank()), s.rank()));
              return OnnxNode.vector(s.dims().subList(start, end));
            });
  }

  /** Clamped to the vector, counted from its end if negative. */
  private static int index(long index, int size) {
    long i = index < 0 ? index + size : index;
    return (int) Math.max(0, Math.min(size, i));
  }

  static Optional<OnnxBound> size(OnnxNode n) {
    return n.shape(0)
        .map(
            s -> {
              Term product = new Term(1, false);
              for (Dim d : s.dims()) {
                product = times(n, product, Term.of(d));
              }
              return new Sizes(List.of(product), true);
            });
  }

  static Optional<OnnxBound> gather(OnnxNode n) {
    Optional<Sizes> from = n.sizes(0).filter(s -> !s.scalar());
    Optional<Sizes> at = n.sizes(1).filter(Sizes::isFixed);
    if (from.isEmpty() || at.isEmpty()) {
      return Optional.empty();
    }
    List<Term> terms = from.get().terms();
    List<Term> picked = new ArrayList<>();
    for (Term t : at.get().terms()) {
      long i = t.factor() < 0 ? t.factor() + terms.size() : t.factor();
      if (i < 0 || i >= terms.size()) {
        throw n.unsupported("size " + t.factor() + " of " + terms.size());
      }
      picked.add(terms.get((int) i));
    }
    return Optional.of(new Sizes(picked, at.get().scalar()));
  }

  static Optional<OnnxBound> concat(OnnxNode n) {
    List<Term> all = new ArrayList<>();
    for (int i = 0; i < n.step().inputs().size(); i++) {
      Optional<Sizes> part = n.sizes(i).filter(s -> !s.scalar());
      if (part.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(part.get().terms());
    }
    if (all.size() > OnnxBound.MOST_SIZES) {
      throw n.unsupported(all.size() + " sizes");
    }
    return Optional.of(new Sizes(all, false));
  }

  /** A vector of one size from a number, and back. */
  static Optional<OnnxBound> reshape(OnnxNode n) {
    Optional<Sizes> from = n.sizes(0);
    if (from.isEmpty()) {
      return Optional.empty();
    }
    boolean toScalar =
        n.step().type().equals("Squeeze") && !from.get().scalar() && from.get().terms().size() == 1;
    boolean toVector = n.step().type().equals("Unsqueeze") && from.get().scalar();
    boolean toSameVector =
        n.step().type().equals("Reshape")
            && n.sizes(1).filter(s -> s.terms().size() == 1).isPresent();
    return toScalar || toVector || toSameVector
        ? Optional.of(new Sizes(from.get().terms(), toScalar))
        : Optional.empty();
  }

  static Optional<OnnxBound> slice(OnnxNode n) {
    Optional<Sizes> from = n.sizes(0).filter(s -> !s.scalar());
    Optional<Long> start = n.integers("starts", 1).filter(l -> l.size() == 1).map(l -> l.get(0));
    Optional<Long> end = n.integers("ends", 2).filter(l -> l.size() == 1).map(l -> l.get(0));
    long step = n.integers("steps", 4).filter(l -> l.size() == 1).map(l -> l.get(0)).orElse(1L);
    if (from.isEmpty() || start.isEmpty() || end.isEmpty() || step != 1) {
      return Optional.empty();
    }
    List<Term> terms = from.get().terms();
    int first = index(start.get(), terms.size());
    int last = Math.max(first, index(end.get(), terms.size()));
    return Optional.of(new Sizes(terms.subList(first, last), false));
  }

  /** Add, Sub, Mul and Div of two vectors, or of a vector and a number. */
  static Optional<OnnxBound> arithmetic(OnnxNode n) {
    Optional<Sizes> first = n.sizes(0);
    Optional<Sizes> second = n.sizes(1);
    if (first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    int count = Math.max(first.get().terms().size(), second.get().terms().size());
    List<Term> a = repeated(first.get().terms(), count);
    List<Term> b = repeated(second.get().terms(), count);
    if (a.size() != b.size()) {
      throw n.unsupported("sizes of different number");
    }
    List<Term> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      result.add(compute(n, a.get(i), b.get(i)));
    }
    return Optional.of(new Sizes(result, first.get().scalar() && second.get().scalar()));
  }

  static Optional<OnnxBound> negative(OnnxNode n) {
    return n.sizes(0)
        .map(
            s ->
                new Sizes(
                    s.terms().stream()
                        .map(t -> new Term(Math.negateExact(t.factor()), t.symbolic()))
                        .toList(),
                    s.scalar()));
  }

  /** A short vector of one integer. */
  static Optional<OnnxBound> constantOfShape(OnnxNode n) {
    Optional<Long> value =
        n.tensorAttribute("value")
            .filter(d -> d.dtype() == DType.INT64 && d.elements() == 1)
            .map(d -> d.bytes().getLong(0));
    Optional<Sizes> shape = n.sizes(0).filter(Sizes::isFixed).filter(s -> !s.scalar());
    if (value.isEmpty() || shape.isEmpty() || shape.get().terms().size() > 1) {
      return Optional.empty();
    }
    List<Term> sizes = shape.get().terms();
    long count = sizes.isEmpty() ? 1 : sizes.get(0).factor();
    if (count < 0 || count > OnnxBound.MOST_SIZES) {
      throw n.unsupported(count + " sizes");
    }
    return Optional.of(
        new Sizes(Collections.nCopies((int) count, new Term(value.get(), false)), sizes.isEmpty()));
  }

  private static List<Term> repeated(List<Term> terms, int count) {
    return terms.size() == 1 ? Collections.nCopies(count, terms.get(0)) : terms;
  }

  private static Term compute(OnnxNode n, Term a, Term b) {
    return switch (n.step().type()) {
      case "Mul" -> times(n, a, b);
      case "Div" -> quotient(n, a, b);
      case "Add" -> sum(n, a, b.factor(), b.symbolic());
      default -> sum(n, a, Math.negateExact(b.factor()), b.symbolic());
    };
  }

  private static Term quotient(OnnxNode n, Term a, Term b) {
    if (b.factor() == 0 || (b.symbolic() && !a.symbolic()) || a.factor() % b.factor() != 0) {
      throw n.unsupported("a size that does not divide");
    }
    return new Term(a.factor() / b.factor(), a.symbolic() && !b.symbolic());
  }

  private static Term sum(OnnxNode n, Term a, long other, boolean symbolic) {
    if (a.symbolic() != symbolic) {
      throw n.unsupported("the batch size with a number added");
    }
    long sum = Math.addExact(a.factor(), other);
    return new Term(sum, symbolic && sum != 0);
  }

  private static Term times(OnnxNode n, Term a, Term b) {
    if (a.symbolic() && b.symbolic()) {
      throw n.unsupported("the batch size multiplied by itself");
    }
    return new Term(Math.multiplyExact(a.factor(), b.factor()), a.symbolic() || b.symbolic());
  }

  /** Expand to the batch: elementwise readers repeat the axes by themselves. */
  static Optional<OnnxBound> expand(OnnxNode n) {
    Optional<Sizes> to = n.sizes(1);
    if (to.isEmpty()
        || n.bound(0).isEmpty()
        || !(n.bound(0).get() instanceof OnnxBound.Tensor t)
        || to.get().terms().stream().anyMatch(x -> x.factor() < 0)) {
      return Optional.empty();
    }
    Shape from = t.value().type().shape();
    int rank = Math.max(from.rank(), to.get().terms().size());
    List<Dim> dims = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < rank; i++) {
      int own = i - (rank - from.rank());
      int wanted = i - (rank - to.get().terms().size());
      Dim one = Dim.of(1);
      Dim a = own < 0 ? one : from.dim(own);
      Term term = wanted < 0 ? new Term(1, false) : to.get().terms().get(wanted);
      Dim b = new Dim(term.factor(), term.symbolic());
      if (!a.equals(b) && !a.equals(one) && !b.equals(one)) {
        throw n.unsupported("expansion of " + from);
      }
      open |= a.equals(one) && b.symbolic();
      dims.add(a.equals(one) ? b : a);
    }
    Shape shape = new Shape(dims);
    if (!open && !shape.equals(from)) {
      return Optional.empty();
    }
    return Optional.of(open ? new OnnxBound.Expanded(t.value(), shape) : t);
  }
}
