/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the header of a NumPy file says.
 *
 * @param description the element type, such as {@code <f4}, or a list of fields
 * @param fortranOrder whether the first axis moves fastest
 * @param shape the length of each axis
 */
record NpyHeader(String description, boolean fortranOrder, List<Long> shape) {

  /** The most axes that NumPy itself allows. */
  private static final int MAX_RANK = 64;

  /** How much of a structured type is kept to be shown. */
  private static final int MOST_OF_FIELDS = 64;

  /**
   * Reads a header: a Python dictionary with exactly the keys descr, fortran_order and shape.
   *
   * @throws IllegalArgumentException if the text is anything else, with the place and the reason
   */
  static NpyHeader parse(String text) {
    return new Parser(text).header();
  }

  /** A recursive-descent reader of the few Python literals that a header is made of. */
  private static final class Parser extends HeaderScanner {

    private final String text;
    private final Set<String> seen = new HashSet<>();
    private Optional<String> description = Optional.empty();
    private Optional<Boolean> fortranOrder = Optional.empty();
    private Optional<List<Long>> shape = Optional.empty();

    Parser(String text) {
      super("malformed header at character", text.length());
      this.text = text;
    }

    @Override
    char symbol(int index) {
      return text.charAt(index);
    }

    NpyHeader header() {
      expect('{');
      boolean more = true;
      while (more && !accept('}')) {
        entry();
        more = accept(',');
        if (!more) {
          expect('}');
        }
      }
      expectEnd("the end of the header");
      return new NpyHeader(
          description.orElseThrow(() -> missing("descr")),
          fortranOrder.orElseThrow(() -> missing("fortran_order")),
          shape.orElseThrow(() -> missing("shape")));
    }

    private void entry() {
      String key = string();
      if (!seen.add(key)) {
        throw malformed("the key '" + key + "' appears twice");
      }
      expect(':');
      switch (key) {
        case "descr" -> description = Optional.of(description());
        case "fortran_order" -> fortranOrder = Optional.of(bool());
        case "shape" -> shape = Optional.of(tuple());
        default -> throw malformed("expected the keys descr, fortran_order and shape only");
      }
    }

    private String description() {
      skipSpace();
      return next() == '[' || next() == '(' ? fields() : string();
    }

    /** Passes over the fields of a structured type, and returns the text as it stands. */
    private String fields() {
      int start = position;
      int depth = 0;
      do {
        char symbol = next();
        if (symbol == '\'' || symbol == '"') {
          int end = text.indexOf(symbol, position + 1);
          position = end < 0 ? text.length() : end;
        }
        if (isAtEnd()) {
          throw malformed("expected the end of a list");
        }
        depth += symbol == '[' || symbol == '(' ? 1 : 0;
        depth -= symbol == ']' || symbol == ')' ? 1 : 0;
        position++;
      } while (depth > 0);
      String fields = text.substring(start, position);
      return fields.length() <= MOST_OF_FIELDS
          ? fields
          : fields.substring(0, MOST_OF_FIELDS) + "...";
    }

    private String string() {
      skipSpace();
      if (next() == 'u' || next() == 'U') {
        position++; // Python 2 writes unicode strings so
      }
      char quote = next();
      if (quote != '\'' && quote != '"') {
        throw malformed("expected a quoted string");
      }
      int end = text.indexOf(quote, position + 1);
      if (end < 0 || end - position > 32) {
        throw malformed("expected the end of a short quoted string");
      }
      String value = text.substring(position + 1, end);
      position = end + 1;
      return value;
    }

    private boolean bool() {
      skipSpace();
      for (String literal : List.of("True", "False")) {
        if (text.startsWith(literal, position)) {
          position += literal.length();
          return literal.equals("True");
        }
      }
      throw malformed("expected True or False");
    }

    private List<Long> tuple() {
      List<Long> axes = new ArrayList<>();
      expect('(');
      boolean more = true;
      while (more && !accept(')')) {
        axes.add(axis());
        more = accept(',');
        if (!more) {
          if (axes.size() == 1) {
            throw malformed("expected ',' after the only axis");
          }
          expect(')');
        }
      }
      if (axes.size() > MAX_RANK) {
        throw malformed("the shape has more than " + MAX_RANK + " axes");
      }
      return List.copyOf(axes);
    }

    private long axis() {
      skipSpace();
      if (next() == '-') {
        throw malformed("the shape has a negative axis");
      }
      int start = position;
      while (next() >= '0' && next() <= '9') {
        position++;
      }
      if (start == position) {
        throw malformed("expected the length of an axis");
      }
      try {
        long axis = Long.parseLong(text, start, position, 10);
        if (next() == 'L') {
          position++; // Python 2 writes long integers so
        }
        return axis;
      } catch (NumberFormatException tooLarge) {
        throw malformed("the shape has an axis of more than " + Long.MAX_VALUE, tooLarge);
      }
    }

    private static IllegalArgumentException missing(String key) {
      return new IllegalArgumentException("malformed header: the key '" + key + "' is missing");
    }
  }
}
