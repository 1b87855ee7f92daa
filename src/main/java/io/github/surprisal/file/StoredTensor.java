/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A tensor in a file: its name, element type and shape, and readers of its elements. */
public final class StoredTensor {

  private final String file;
  private final String name;
  private final ElementType type;
  private final String typeName;
  private final List<Long> shape;
  private final ElementSource elements;
  private final String advice;

  /**
   * A tensor whose elements are known to be there.
   *
   * @param typeName the element type in the file's own words
   */
  StoredTensor(
      String file,
      String name,
      ElementType type,
      String typeName,
      List<Long> shape,
      ElementSource elements) {
    this(file, name, type, typeName, shape, elements, "");
  }

  private StoredTensor(
      String file,
      String name,
      ElementType type,
      String typeName,
      List<Long> shape,
      ElementSource elements,
      String advice) {
    this.file = file;
    this.name = name;
    this.type = type;
    this.typeName = typeName;
    this.shape = List.copyOf(shape);
    this.elements = elements;
    this.advice = advice;
  }

  /**
   * A tensor of type {@link ElementType#OTHER}, of whose elements nothing is known.
   *
   * @param typeName the element type in the file's own words
   * @param advice what the elements are and how they can be saved to be read; empty if unknown
   */
  static StoredTensor unreadable(
      String file, String name, String typeName, List<Long> shape, String advice) {
    return new StoredTensor(
        file, name, ElementType.OTHER, typeName, shape, new Unreadable(), advice);
  }

  /** Elements that no reader is given. */
  private static final class Unreadable implements ElementSource {

    @Override
    public void read(long start, ByteBuffer into) {
      throw new IllegalStateException("these elements can't be read");
    }

    @Override
    public boolean isForwardOnly() {
      return false;
    }
  }

  /**
   * The name of the tensor in its file.
   *
   * @return the name; empty in a {@code .npy} file, which holds one tensor without a name
   */
  public String name() {
    return name;
  }

  /**
   * The file, and the tensor in it.
   *
   * @return {@code FILE}, or {@code FILE:NAME} if the tensor has a name
   */
  public String label() {
    return name.isEmpty() ? file : file + ":" + name;
  }

  /**
   * The element type.
   *
   * @return the type
   */
  public ElementType type() {
    return type;
  }

  /**
   * The element type as the file spells it.
   *
   * @return the file's own name of the type, such as {@code <f4} or {@code BF16}
   */
  public String typeName() {
    return typeName;
  }

  /**
   * What helps if elements are of type {@link ElementType#OTHER}.
   *
   * @return what the elements are, and the Python line that saves them as numbers; empty if the
   *     type is another one, or nothing helps
   */
  public Optional<String> advice() {
    return advice.isEmpty() ? Optional.empty() : Optional.of(advice);
  }

  /**
   * The shape.
   *
   * @return the length of each axis
   */
  public List<Long> shape() {
    return shape;
  }

  /**
   * The shape as NumPy writes it.
   *
   * @return {@code (2, 3)}, {@code (2,)}, {@code ()}
   */
  public String shapeText() {
    return shapeText(shape);
  }

  /**
   * Any shape as NumPy writes it, such as one that another tensor is expected to have.
   *
   * @param shape the length of each axis
   * @return {@code (2, 3)}, {@code (2,)}, {@code ()}
   */
  public static String shapeText(List<Long> shape) {
    String end = shape.size() == 1 ? ",)" : ")";
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", end));
  }

  /**
   * The number of elements.
   *
   * @return the product of all axes, 1 for none
   */
  public long size() {
    return product(shape);
  }

  /**
   * The number of elements in a row, which lies along the last axis.
   *
   * @return the length of the last axis, 1 without axes
   */
  public long columns() {
    return shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
  }

  /**
   * The product of axes.
   *
   * @throws ArithmeticException if it is larger than any file
   */
  static long product(List<Long> axes) {
    return axes.contains(0L) ? 0 : axes.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * Whether the elements can only be read once, from front to back and by one thread at a time, as
   * from a pipe or a compressed file. All readers then share one place.
   *
   * @return whether blocks have to be read one after the other
   */
  public boolean isForwardOnly() {
    return elements.isForwardOnly();
  }

  /**
   * The same bits, read as elements of another type of the same size: files have bfloat16 as {@code
   * uint16}, since NumPy has no bfloat16.
   *
   * @param other the type that the elements really have
   * @return the tensor with that type
   * @throws IllegalArgumentException if elements of the type have another size
   */
  public StoredTensor as(ElementType other) {
    if (other.bytes() != type.bytes() || other == ElementType.OTHER) {
      throw new IllegalArgumentException(
          "type is "
              + other
              + ", expected one of "
              + type.bytes()
              + " bytes an element, as "
              + label()
              + " has them ("
              + typeName
              + ")");
    }
    return new StoredTensor(file, name, other, typeName, shape, elements);
  }

  /** The same tensor, as one of several in a file. */
  StoredTensor in(String otherFile, String otherName) {
    return new StoredTensor(otherFile, otherName, type, typeName, shape, elements, advice);
  }

  /**
   * A new reader, with a buffer of its own: give each thread one.
   *
   * @return a reader of the elements
   * @throws IllegalStateException if the type is {@link ElementType#OTHER}
   */
  public TensorReader reader() {
    if (type == ElementType.OTHER) {
      throw new IllegalStateException(
          label()
              + ": type '"
              + typeName
              + "' is not supported, expected plain numbers"
              + advice().map(text -> ": " + text).orElse(""));
    }
    return new TensorReader(label(), type, size(), columns(), elements);
  }

  /** Returns label, type and shape: {@code logits.npy float32 (2, 3)}. */
  @Override
  public String toString() {
    return label() + " " + (type == ElementType.OTHER ? typeName : type) + " " + shapeText();
  }
}
